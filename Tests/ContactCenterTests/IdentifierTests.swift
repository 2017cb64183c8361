import Testing

@testable import ContactCenter

@Suite("Identifiers")
struct IdentifierTests {
    private let id = ConversationID(high: 0x01A2_21F4_6602_782A, low: 0x9037_1EE0_0036_8B3F)

    @Test(
        "an id is read with dashes and without, in either case",
        arguments: [
            "01a221f4-6602-782a-9037-1ee000368b3f", "01A221F4-6602-782A-9037-1EE000368B3F",
            "01a221f46602782a90371ee000368b3f", "01A221F46602782A90371EE000368B3F",
        ])
    func read(text: String) {
        #expect(ConversationID(text) == id)
    }

    @Test("an id is read out of a longer text, as a part of it or copied together")
    func readParts() {
        let text = "/conversations/\(id)/messages"
        #expect(ConversationID(text.split(separator: "/")[1]) == id)
        #expect(ConversationID(String(id.description.reversed().reversed())) == id)
    }

    @Test("what is written is read again")
    func readWritten() {
        #expect(ConversationID(id.description) == id)
        #expect(ConversationID(id.hex) == id)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "0", "01a221f4-6602-782a-9037-1ee000368b3", "01a221f4-6602-782a-9037-1ee000368b3ff",
            "01a221f4-6602-782a-90371-ee000368b3f", "01a221f46602782a90371ee000368b3g",
            "01a221f4_6602_782a_9037_1ee000368b3f", "01a221f46602782a90371ee000368b3é",
            "0123456789012345678901234567890-", "01a221f4-6602-782a-9037-1ee0003681b\0",
        ])
    func refuse(text: String) {
        #expect(ConversationID(text) == nil)
    }
}
