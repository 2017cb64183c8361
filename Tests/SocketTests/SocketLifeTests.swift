import NIOCore
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("The life of a socket", .timeLimit(.minutes(1)))
struct SocketLifeTests {
    @Test("a session is told of the opening, the messages in order and the end, one at a time")
    func story() async throws {
        let session = ObservedSession()
        try await TestServer.run([SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })]) { server in
            let client = try await RawClient.socket(server.port, "/s")
            for number in 0..<200 { try await client.send(text: "\(number)") }
            try await client.send(close: 1000)
            let story = await session.story()
            #expect(story == [.opened] + (0..<200).map { .message("\($0)") } + [.closed])
        }
    }

    @Test("a connection that is cut without a close frame ends the session")
    func cut() async throws {
        let session = ObservedSession()
        try await TestServer.run([SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })]) { server in
            let client = try await RawClient.socket(server.port, "/s")
            try await client.send(text: "last")
            try await client.close()
            #expect(await session.story() == [.opened, .message("last"), .closed])
            #expect(await session.socket()?.send(ByteBuffer(string: "too late")) == false)
        }
    }

    @Test("messages sent from many tasks arrive whole, those of one task in its order")
    func concurrentSends() async throws {
        let session = ObservedSession()
        try await TestServer.run([SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })]) { server in
            let client = try await RawClient.socket(server.port, "/s")
            let socket = try #require(await session.socket())
            await withDiscardingTaskGroup { group in
                for task in 0..<8 {
                    group.addTask {
                        for number in 0..<200 { socket.send(ByteBuffer(string: "\(task) \(number)")) }
                    }
                }
            }
            var seen: [String: [Int]] = [:]
            for _ in 0..<1_600 {
                let words = try await client.frame().text.split(separator: " ").map(String.init)
                seen[words[0], default: []].append(Int(words[1]) ?? -1)
            }
            #expect(seen.count == 8)
            #expect(seen.values.allSatisfy { $0 == Array(0..<200) })
        }
    }

    @Test("the server's close frame follows what was sent before it; nothing can be sent after it")
    func serverCloses() async throws {
        let session = ObservedSession()
        try await TestServer.run([SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })]) { server in
            let client = try await RawClient.socket(server.port, "/s")
            let socket = try #require(await session.socket())
            socket.send(ByteBuffer(string: "before"))
            socket.close(code: 4001, reason: String(repeating: "語", count: 60))
            #expect(!socket.send(ByteBuffer(string: "after")))
            #expect(try await client.frame().text == "before")
            let close = try await client.frame()
            #expect(close.closeCode == 4001)
            #expect(close.closeReason == String(repeating: "語", count: 41))
            try await client.send(close: 4001)
            #expect(await client.isEnded())
        }
    }

    @Test("a client that does not answer a close frame is cut off")
    func closeUnanswered() async throws {
        let session = ObservedSession()
        let configuration = SocketConfiguration(closeTime: .milliseconds(300))
        let route = SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })
        try await TestServer.run([route], configuration: configuration) { server in
            let client = try await RawClient.socket(server.port, "/s")
            try #require(await session.socket()).close()
            #expect(await client.framesToEnd().map(\.closeCode) == [1000])
            #expect(await session.story() == [.opened, .closed])
        }
    }

    @Test("a reader that is too slow is closed with 1008, and what waited for it is dropped")
    func slowReader() async throws {
        let session = ObservedSession()
        let configuration = SocketConfiguration(waitingBytesMax: 256 << 10, closeTime: .seconds(2))
        let route = SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })
        try await TestServer.run([route], configuration: configuration) { server in
            let client = try await RawClient.socket(server.port, "/s")
            let socket = try #require(await session.socket())
            try await client.stopReading()
            let message = ByteBuffer(repeating: 0x78, count: 10_000)
            var sent = 0
            // The kernel takes some megabytes first; ten times that would be a missing bound.
            while socket.send(message), sent < 20_000 {
                sent += 1
                // Bounded: by what is sent.
                await Task.yield()
            }
            #expect(sent < 20_000)
            #expect(!socket.isOpen)
            try await client.resumeReading()
            let frames = await client.framesToEnd()
            #expect(frames.last?.closeCode == 1008)
            #expect(frames.count - 1 < sent)
        }
    }

    @Test("a client that never reads again is cut off all the same")
    func deadReader() async throws {
        let session = ObservedSession()
        let configuration = SocketConfiguration(waitingBytesMax: 64 << 10, closeTime: .milliseconds(300))
        let route = SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })
        try await TestServer.run([route], configuration: configuration) { server in
            let client = try await RawClient.socket(server.port, "/s")
            let socket = try #require(await session.socket())
            try await client.stopReading()
            let message = ByteBuffer(repeating: 0x78, count: 10_000)
            #expect(await eventually { !socket.send(message) })
            #expect(await session.story() == [.opened, .closed])
        }
    }

    @Test("a session that is behind stops the reading, and loses nothing")
    func backPressure() async throws {
        let gate = Gate()
        let entered = Gate()
        let session = ObservedSession {
            entered.open()
            await gate.wait()
        }
        try await TestServer.run([SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })]) { server in
            let client = try await RawClient.socket(server.port, "/s")
            let text = String(repeating: "x", count: 16_000)
            let sending = Task {
                for number in 0..<400 { try await client.send(text: "\(number) \(text)") }
            }
            await entered.wait()
            gate.open()
            try await sending.value
            try await client.send(close: nil)
            let numbers = await session.story().compactMap { event -> Int? in
                guard case .message(let text) = event else { return nil }
                return Int(text.prefix { $0 != " " })
            }
            #expect(numbers == Array(0..<400))
        }
    }

    @Test("on shutdown the call in progress ends first, then the socket is closed with 1001")
    func shutdown() async throws {
        let gate = Gate()
        let entered = Gate()
        let session = ObservedSession {
            entered.open()
            await gate.wait()
        }
        try await TestServer.run([SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })]) { server in
            let client = try await RawClient.socket(server.port, "/s")
            let idle = try await RawClient.socket(server.port, "/s")
            try await client.send(text: "in progress")
            await entered.wait()
            await server.shutDown()
            #expect(try await idle.frame().closeCode == 1001)
            #expect(server.sockets.count == 2)
            gate.open()
            #expect(try await client.frame().closeCode == 1001)
            try await client.send(close: 1001)
            #expect(await client.isEnded())
        }
    }

    @Test("on shutdown a call that does not end is not waited for longer than its time")
    func shutdownBounded() async throws {
        let gate = Gate()
        let session = ObservedSession { await gate.wait() }
        let configuration = SocketConfiguration(closeTime: .milliseconds(300), drainTime: .milliseconds(300))
        let route = SocketRoute("/s", ClosureEndpoint { _ in .accept(session) })
        try await TestServer.run([route], configuration: configuration) { server in
            let client = try await RawClient.socket(server.port, "/s")
            try await client.send(text: "for ever")
            await server.shutDown()
            #expect(await client.framesToEnd().map(\.closeCode) == [1001])
        }
        gate.open()
    }

    @Test("on shutdown a connection that has said nothing yet is closed")
    func shutdownOfSilent() async throws {
        try await TestServer.run { server in
            let silent = try await RawClient.connect(server.port)
            let half = try await RawClient.connect(server.port)
            try await half.send("GET /echo HTTP/1.1\r\nUpgr")
            // An answer on a third connection: by now the server has taken the first two.
            _ = try await RawClient.request(server.port, "GET", "/nothing")
            await server.shutDown()
            #expect(await silent.isEnded())
            #expect(await half.isEnded())
        }
    }
}
