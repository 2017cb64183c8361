import ContactCenter
import Foundation
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
