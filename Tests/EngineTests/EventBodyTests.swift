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
