import ContactCenter
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("The bodies of events in the journal")
struct EventBodyTests {
    @Test(
        "what is written by hand is what the encoder writes, and is read back",
        arguments: [
            ConversationEvent.messageReceived(MessageID(high: 1, low: .max), CommunicationID(high: 2, low: 3)),
            .messageSent(MessageID(high: 4, low: 5), CommunicationID(high: .max, low: 6)),
            .held(CommunicationID(high: 7, low: 8)),
        ])
    func sameBytes(event: ConversationEvent) throws {
        let body = try event.storedBody()
        #expect(try JSON.decode(ConversationEvent.self, from: body) == event)
        #expect(try ConversationEvent.read(body) == event)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        #expect(body == (try encoder.encode(event)))
    }
}

@Suite("The bodies of messages in the journal")
struct MessageBodyTests {
    static let full: NormalizedMessage = {
        var message = NormalizedMessage(type: .text, text: "“a” \"b\"\n縁側 😀", metadata: ["k\"": "v\\", "id": "1"])
        message.originatingEntity = .human
        message.originatingMessageId = "m"
        message.nickname = "Hana"
        message.user = UserID(high: 1, low: 2)
        return message
    }()

    @Test(
        "what is written by hand is what the encoder writes, and is read back",
        arguments: [
            full, NormalizedMessage(type: .text, text: "hi"), NormalizedMessage(type: .structured),
            NormalizedMessage(type: .text, text: "", metadata: [:]),
            NormalizedMessage(type: .event, events: [.presence(PresenceEvent(type: "Join"))]),
            NormalizedMessage(type: .structured, text: "f", content: []),
        ])
    func sameValue(message: NormalizedMessage) throws {
        let body = try message.storedBody()
        #expect(try JSON.decode(NormalizedMessage.self, from: body) == message)
        let encoded = try JSONEncoder().encode(message)
        #expect(try JSONReader.read(body) == JSONReader.read(encoded))
    }
}

@Suite("Conversations as the journal keeps them")
struct StoredStateTests {
    @Test(
        "what the quick reader does not know is read all the same, with the events after it",
        arguments: ["Mika", "Mi\"ka\n", "美香"])
    func names(name: String) throws {
        let at = Instant(milliseconds: 1_000)
        var ids = TimeOrderedIdentifiers(now: at, generator: SystemRandomNumberGenerator())
        var conversation = Conversation(id: ConversationID(high: 1, low: 2))
        let origin = Origin(
            platform: .open, integration: IntegrationID(high: 3, low: 1), identity: IdentityID(high: 4, low: 1),
            contact: ContactID(high: 5, low: 1), address: "m", name: name)
        let entry = RoutingRequest(queue: QueueID(high: 6, low: 1))
        _ = try conversation.handle(
            .receive(ids.next(NormalizedMessage.self), .init(origin: origin, entry: entry)), at: at, ids: &ids)
        let (snapshot, version) = (try JSON.encode(conversation), conversation.version)
        #expect((Conversation(stored: snapshot) == nil) == name.contains("\n"))

        let leg = try #require(conversation.customer?.communication.id)
        let later = ConversationEvent.messageReceived(ids.next(NormalizedMessage.self), leg)
        conversation.apply(later, at: at + .seconds(1))
        let stream = StreamID(.conversation, conversation.id)
        let event = RecordedEvent(
            position: Position(9), stream: stream, version: version + 1, type: later.name, at: at + .seconds(1),
            body: try later.storedBody(), message: nil)
        let restored = try Conversations.restore(
            StreamRecord(stream: stream, snapshot: snapshot, snapshotVersion: version, isOpen: true, events: [event]))
        #expect(restored.conversation == conversation && restored.snapshotVersion == version)
    }
}
