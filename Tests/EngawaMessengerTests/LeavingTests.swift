import Foundation
import Synchronization
import Testing

@testable import EngawaMessenger

private typealias Frame = ScriptedGuestServer.Frame
private typealias Script = ScriptedGuestServer.Script

@Suite("Who leaves a conversation", .timeLimit(.minutes(1)))
struct LeavingTests {
    /// Whether the server is too busy for messages, and whether it wipes conversations.
    private final class House: Sendable {
        let isBusy = Mutex(false)
        let mayClear = Mutex(true)
    }

    private static func echo(_ request: JSON) -> Frame {
        let id = request["message"]?["metadata"]?["id"]?.string ?? ""
        let body = #"{"id":"s-\#(id)","type":"Text","direction":"Inbound","metadata":{"id":"\#(id)"},"channel":{}}"#
        return Frame(name: "StructuredMessage", body: body)
    }

    private static let slow = Frame(
        name: "TooManyRequestsErrorMessage", body: #"{"retryAfter":60,"errorCode":4029,"errorMessage":"slow"}"#,
        code: 429)
    private static let session = Frame(name: "SessionResponse", body: #"{"connected":true,"newSession":true}"#)

    private static func script(_ house: House) -> Script {
        Script(
            guest: { action, request in
                switch action {
                case "configureSession", "configureAuthenticatedSession": return [session]
                case "onMessage" where request["message"]?["type"]?.string == "Event":
                    let refusal = Frame(name: "string", body: #""Conversation Clear is off""#, code: 403)
                    let echo = #"{"id":"e","type":"Event","direction":"Inbound","events":[],"channel":{}}"#
                    return [house.mayClear.withLock { $0 } ? Frame(name: "StructuredMessage", body: echo) : refusal]
                case "onMessage": return [house.isBusy.withLock { $0 } ? slow : echo(request)]
                default: return []
                }
            },
            http: { _, _ in (200, #"{"jwt":"jwt","refreshToken":"r"}"#) })
    }

    /// What became of messages, those that only wait left out.
    private func fates(_ events: AsyncStream<MessengerEvent>, _ count: Int) async throws -> [Delivery] {
        var found: [Delivery] = []
        for await event in events {
            if case .delivery(let delivery) = event, delivery.stage != .queued { found.append(delivery) }
            if found.count == count { break }
        }
        return found
    }

    private func texts(_ server: ScriptedGuestServer) -> [String] {
        server.requests.compactMap { $0["message"]?["text"]?.string }
    }

    private func signIn(_ guest: Messenger) async throws {
        try await guest.signIn(.code("abc", redirectURI: "app://back", verifier: nil))
    }

    @Test("what a person wrote and did not send goes out as nobody else's, after a restart neither")
    func signOut() async throws {
        let house = House()
        try await ScriptedGuestServer.run(Self.script(house)) { server in
            let store = MemorySecretStore()
            let guest = try Messenger.visitor(server.url, "shop", store: store)
            let events = await guest.events
            try await signIn(guest)
            await guest.setReferral(Referral(entryPoint: "e0"))
            await guest.arrive()
            let first = try await guest.send("from Hana")
            _ = try await guest.first(1)
            house.isBusy.withLock { $0 = true }
            let waiting = [try await guest.send("a secret"), try await guest.send("another")]
            await guest.setAttributes(["name": "Hana"])
            await guest.setReferral(Referral(entryPoint: "e1"))
            try await guest.signOut()
            await guest.reach { $0 == .closed(.signedOut) }
            let told = waiting.map { Delivery(id: $0, stage: .failed(.withdrawn)) }
            #expect(try await fates(events, 3) == [Delivery(id: first, stage: .delivered("s-\(first)"))] + told)
            #expect(await guest.pending.isEmpty)
            #expect(try Secrets(store: store, deployment: "shop").outbox() == nil)

            house.isBusy.withLock { $0 = false }
            let before = texts(server).count
            try await signIn(guest)
            await guest.arrive()
            try await guest.send("from Taro")
            _ = try await guest.first(1)
            #expect(texts(server).dropFirst(before) == ["from Taro"])
            let referral = JSON.object(["metadata": .object(["referral": Referral(entryPoint: "e0").json])])
            let channels = server.requests.compactMap { $0["message"]?["channel"] }
            #expect(channels == [referral])
            await guest.disconnect()
        }
    }

    @Test("who leaves is told so, with whether anything can be said after it", arguments: [true, false])
    func leave(isReadOnly: Bool) async throws {
        try await ScriptedGuestServer.run(Self.script(House())) { server in
            let guest = try Messenger.visitor(server.url, "shop")
            let events = await guest.events
            await guest.arrive()
            let metadata = isReadOnly ? #"{"readOnly":"true"}"# : "{}"
            let left = #"[{"eventType":"Presence","presence":{"type":"Disconnect"}}]"#
            server.push(
                Frame(
                    name: "StructuredMessage",
                    body:
                        #"{"id":"d","type":"Event","direction":"Inbound","events":\#(left),"metadata":\#(metadata)}"#))
            let told = try await events.firstResult { event -> MessengerEvent? in
                switch event {
                case .guestLeft, .businessLeft: event
                default: nil
                }
            }
            #expect(told == .guestLeft(isReadOnly: isReadOnly))
            #expect(await guest.session?.isReadOnly == isReadOnly)
            await guest.disconnect()
        }
    }

    @Test("a file on its way ends with its person's sign-out")
    func signOutWithFile() async throws {
        let house = House()
        var script = Self.script(house)
        let talk = script.guest
        script.guest = { action, request in
            guard action == "onAttachment" else { return talk(action, request) }
            let id = request["attachmentId"]?.string ?? ""
            let body = #"{"attachmentId":"\#(id)","headers":{},"url":"/files/\#(id)","fileSize":3}"#
            return [Frame(name: "PresignedUrlResponse", body: body)]
        }
        try await ScriptedGuestServer.run(script) { server in
            let guest = try Messenger.visitor(server.url, "shop") {
                // Longer than the app needs to come back, so that the upload wakes up as somebody else's.
                $0.backoff = Backoff(initial: .milliseconds(300), max: .milliseconds(300))
            }
            try await signIn(guest)
            await guest.arrive()
            let upload = guest.upload(OutgoingFile(name: "id.png", type: "image/png", data: Data("png".utf8)))
            await #expect(throws: MessengerError.self) {
                for try await step in upload.progress where step == .checking {
                    try await guest.signOut()
                    await guest.arrive()
                }
            }
            try await guest.send("from a stranger")
            _ = try await guest.first(1)
            #expect(texts(server) == ["from a stranger"])
            #expect(server.actions.filter { $0 == "onAttachment" }.count == 1)
            await guest.disconnect()
        }
    }

    @Test("what waits while a conversation is wiped is given up, and only if it is")
    func clear() async throws {
        let house = House()
        try await ScriptedGuestServer.run(Self.script(house)) { server in
            let guest = try Messenger.visitor(server.url, "shop")
            let events = await guest.events
            let refused = try await guest.send("kept")
            house.mayClear.withLock { $0 = false }
            await guest.arrive()
            await #expect(throws: MessengerError.refused(code: 403, message: "Conversation Clear is off")) {
                try await guest.clear()
            }
            _ = try await guest.first(1)
            house.mayClear.withLock { $0 = true }
            house.isBusy.withLock { $0 = true }
            let old = try await guest.send("forget this")
            try await guest.clear()
            let told = [
                Delivery(id: refused, stage: .delivered("s-\(refused)")), Delivery(id: old, stage: .failed(.withdrawn)),
            ]
            #expect(try await fates(events, 2) == told)
            #expect(await guest.pending.isEmpty)
            await guest.disconnect()
        }
    }
}
