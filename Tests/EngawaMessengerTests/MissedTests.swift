import Foundation
import Synchronization
import Testing

@testable import EngawaMessenger

private typealias Frame = ScriptedGuestServer.Frame
private typealias Script = ScriptedGuestServer.Script

@Suite("What was missed, and what the journey is told", .timeLimit(.minutes(1)))
struct MissedTests {
    /// A house whose history is numbers, of which there are more each time somebody looks away.
    private final class Past: Sendable {
        let count = Mutex(3)

        func page(_ line: String) -> String {
            let query = URLComponents(string: String(line.split(separator: " ")[1]))?.queryItems ?? []
            let number = { name in query.first { $0.name == name }?.value.flatMap { Int($0) } ?? 1 }
            let (size, page, all) = (number("pageSize"), number("pageNumber"), count.withLock { $0 })
            let newest = all - (page - 1) * size
            let entities = stride(from: newest, to: max(newest - size, 0), by: -1).map { number in
                let time = Date(timeIntervalSince1970: Double(number)).formatted(.iso8601)
                return #"{"id":"m\#(number)","type":"Text","direction":"Outbound","text":"\#(number)","#
                    + #""channel":{"time":"\#(time)"}}"#
            }
            let pages = (all + size - 1) / size
            return #"{"entities":[\#(entities.joined(separator: ","))],"pageNumber":\#(page),"pageCount":\#(pages)}"#
        }
    }

    private func script(_ past: Past) -> Script {
        Script(
            guest: { action, _ in
                switch action {
                case "configureSession":
                    [Frame(name: "SessionResponse", body: #"{"connected":true,"newSession":false}"#)]
                case "getJwt": [Frame(name: "JwtResponse", body: #"{"jwt":"j","exp":4000000000}"#)]
                default: []
                }
            },
            http: { call, _ in (200, past.page(call.line)) })
    }

    @Test("who was away for longer than is fetched is told so, and reads what is between at leisure")
    func gap() async throws {
        let past = Past()
        try await ScriptedGuestServer.run(script(past)) { server in
            let guest = try Messenger.visitor(server.url, "shop") {
                $0.historyPageSize = 2
                $0.missedPagesMax = 2
            }
            let events = await guest.events
            await guest.arrive()
            #expect(try await guest.first(2).map(\.text) == ["2", "3"])

            // Two pages reach back to what is known: no gap.
            past.count.withLock { $0 = 6 }
            server.hangUp()
            await guest.reach { $0 != .ready }
            await guest.reachReady()
            #expect(try await guest.first(5).map(\.text) == ["2", "3", "4", "5", "6"])

            past.count.withLock { $0 = 20 }
            server.hangUp()
            await guest.reach { $0 != .ready }
            await guest.reachReady()
            #expect(try await guest.first(4).map(\.text) == ["17", "18", "19", "20"])
            #expect(try await guest.loadEarlier().map(\.text) == ["15", "16"])
            #expect(try await guest.loadEarlier().map(\.text) == ["13", "14"])
            var gaps = 0
            for await event in events {
                if event == .gap { gaps += 1 }
                if case .session = event, gaps == 1 { break }
                if gaps == 1 { break }
            }
            #expect(gaps == 1)
            await guest.disconnect()
        }
    }

    @Test("the journey is told what the app knows, and no more than that")
    func journey() async throws {
        try await ScriptedGuestServer.run(script(Past())) { server in
            let plain = try Messenger.visitor(server.url, "shop")
            await plain.arrive()
            let token = server.requests[0]["token"]?.string ?? ""
            #expect(
                server.requests[0]["journeyContext"]
                    == (try json(
                        #"{"customer":{"id":"\#(token)","idType":"cookie"},"customerSession":{"id":"","type":"web"}}"#))
            )
            await plain.disconnect()

            let known = try Messenger.visitor(server.url, "shop") {
                $0.journey.customerID = "c-7"
                $0.journey.customerIDType = "customerNumber"
                $0.journey.sessionID = "v-1"
                $0.journey.triggeringAction = .init(id: "a", actionMapID: "m", actionMapVersion: 2)
            }
            await known.arrive()
            let told = server.requests.last { $0["action"]?.string == "configureSession" }?["journeyContext"]
            #expect(
                told
                    == (try json(
                        #"{"customer":{"id":"c-7","idType":"customerNumber"},"#
                            + #""customerSession":{"id":"v-1","type":"web"},"#
                            + #""triggeringAction":{"id":"a","actionMap":{"id":"m","version":2}}}"#)))
            await known.disconnect()
        }
    }
}
