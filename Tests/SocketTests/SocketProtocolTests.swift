import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("RFC 6455 over a real connection", .timeLimit(.minutes(1)))
struct SocketProtocolTests {
    @Test("an upgrade is answered with the accept value of the standard's example")
    func upgrade() async throws {
        try await TestServer.run { server in
            let client = try await RawClient.connect(server.port)
            try await client.send(RawClient.upgrade("/echo?deploymentId=1"))
            let answer = try await client.answer()
            #expect(answer.status == 101)
            #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(answer.headers["inin-correlation-id"]?.count == 36)
        }
    }

    @Test("a thousand messages come back in their order, also when they arrive in one write")
    func order() async throws {
        try await TestServer.run { server in
            let client = try await RawClient.socket(server.port)
            try await client.send((0..<1_000).flatMap { RawClient.frame(Array("message \($0)".utf8)) })
            for number in 0..<1_000 {
                #expect(try await client.frame() == .init(opcode: 1, payload: Array("message \(number)".utf8)))
            }
        }
    }

    @Test("a frame that is sent with the upgrade request is not lost")
    func early() async throws {
        try await TestServer.run { server in
            let client = try await RawClient.connect(server.port)
            try await client.send(Array(RawClient.upgrade("/echo").utf8) + RawClient.frame(Array("early".utf8)))
            #expect(try await client.answer().status == 101)
            #expect(try await client.frame().text == "early")
        }
    }

    @Test("a request that arrives byte by byte is upgraded")
    func byteByByte() async throws {
        try await TestServer.run { server in
            let client = try await RawClient.connect(server.port)
            for byte in RawClient.upgrade("/echo").utf8 { try await client.send([byte]) }
            #expect(try await client.answer().status == 101)
            for byte in RawClient.frame(Array("slow".utf8)) { try await client.send([byte]) }
            #expect(try await client.frame().text == "slow")
        }
    }

    @Test("fragments are put together, with a ping answered in between")
    func fragments() async throws {
        try await TestServer.run { server in
            let client = try await RawClient.socket(server.port)
            // The euro sign's three bytes lie in two fragments.
            try await client.send(RawClient.frame([0x61, 0xE2], final: false))
            try await client.send(RawClient.frame([0x01, 0x02], opcode: 9))
            try await client.send(RawClient.frame([], opcode: 0, final: false))
            try await client.send(RawClient.frame([0x82, 0xAC, 0x7A], opcode: 0))
            #expect(try await client.frame() == .init(opcode: 10, payload: [0x01, 0x02]))
            #expect(try await client.frame().text == "a€z")
        }
    }

    @Test("an empty message is a message")
    func empty() async throws {
        try await TestServer.run { server in
            let client = try await RawClient.socket(server.port)
            try await client.send(RawClient.frame([]))
            #expect(try await client.frame() == .init(opcode: 1, payload: []))
        }
    }

    @Test("lengths around the limits of the header's forms come back whole", arguments: [125, 126, 127, 8_192])
    func lengths(bytes: Int) async throws {
        try await TestServer.run { server in
            let client = try await RawClient.socket(server.port)
            let payload = [UInt8](repeating: 0x78, count: bytes)
            try await client.send(RawClient.frame(payload))
            #expect(try await client.frame().payload == payload)
        }
    }

    struct Violation: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let code: Int

        init(_ name: String, _ frames: [[UInt8]], _ code: Int) {
            testDescription = name
            bytes = frames.flatMap { $0 }
            self.code = code
        }
    }

    static let violations = [
        Violation("an unmasked frame", [RawClient.frame([0x61], masked: false)], 1002),
        Violation("a reserved bit", [RawClient.frame([0x61], reserved: 0x40)], 1002),
        Violation("an unknown data opcode", [RawClient.frame([0x61], opcode: 3)], 1002),
        Violation("an unknown control opcode", [RawClient.frame([0x61], opcode: 11)], 1002),
        Violation("a continuation of nothing", [RawClient.frame([0x61], opcode: 0)], 1002),
        Violation(
            "a new message inside a message", [RawClient.frame([0x61], final: false), RawClient.frame([0x62])], 1002),
        Violation("a fragmented ping", [RawClient.frame([0x61], opcode: 9, final: false)], 1002),
        Violation("a ping of 126 bytes", [RawClient.frame([UInt8](repeating: 1, count: 126), opcode: 9)], 1002),
        Violation("a binary message", [RawClient.frame([0x61], opcode: 2)], 1003),
        Violation("text that is not UTF-8", [RawClient.frame([0xC3, 0x28])], 1007),
        Violation("a surrogate in UTF-8", [RawClient.frame([0xED, 0xA0, 0x80])], 1007),
        Violation(
            "a character cut off at the end of the last fragment",
            [RawClient.frame([0xE2, 0x82], final: false), RawClient.frame([], opcode: 0)], 1007),
        Violation("a frame over the limit", [RawClient.frame([UInt8](repeating: 0x78, count: 8_193))], 1009),
        Violation(
            "fragments that are too large together",
            (0..<3).map {
                RawClient.frame([UInt8](repeating: 0x78, count: 8_000), opcode: $0 == 0 ? 1 : 0, final: false)
            }, 1009),
        Violation("a frame that claims 8 exabytes", [[0x81, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7)], 1009),
        Violation("a close frame of one byte", [RawClient.frame([3], opcode: 8)], 1002),
        Violation("a close code that must not be sent", [RawClient.frame([0x03, 0xED], opcode: 8)], 1002),
        Violation("a close reason that is not UTF-8", [RawClient.frame([0x03, 0xE8, 0xFF], opcode: 8)], 1007),
    ]

    @Test("a violation is closed with its code, and the connection ends", arguments: violations)
    func violation(_ violation: Violation) async throws {
        try await TestServer.run { server in
            let client = try await RawClient.socket(server.port)
            try await client.send(violation.bytes)
            let frames = await client.framesToEnd()
            #expect(frames.last?.closeCode == violation.code)
            #expect(frames.count == 1)
        }
    }

    @Test("the client's close code is echoed, after what was sent before", arguments: [1000, 1001, 3000, 4999, nil])
    func close(code: UInt16?) async throws {
        try await TestServer.run { server in
            let client = try await RawClient.socket(server.port)
            try await client.send(text: "last words")
            #expect(try await client.frame().text == "last words")
            try await client.send(close: code, "bye")
            let frames = await client.framesToEnd()
            #expect(frames.map(\.opcode) == [8])
            #expect(frames.first?.closeCode == code.map(Int.init))
        }
    }
}
