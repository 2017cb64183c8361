import ContactCenter
import Foundation
import Testing

@Suite("Message content")
struct MessageContentTests {
    static let items: [String] = [
        #"{"contentType":"Attachment","attachment":{"id":"a","mediaType":"Image","mime":"image/png"}}"#,
        #"{"contentType":"QuickReply","quickReply":{"text":"Yes","payload":"yes","action":"Message"}}"#,
        #"{"contentType":"ButtonResponse","buttonResponse":{"type":"Button","text":"Buy","payload":"buy"}}"#,
        #"{"contentType":"Card","card":{"title":"Tea","actions":[{"type":"Link","text":"See","url":"https://x"}]}}"#,
        #"{"contentType":"Carousel","carousel":{"cards":[{"title":"Tea"}]}}"#,
        #"{"contentType":"DatePicker","datePicker":{"availableTimes":[{"dateTime":"2026-01-01T00:00:00Z"}]}}"#,
        #"{"contentType":"ListPicker","listPicker":{"id":"l","sections":[{"title":"A","multipleSelection":false}]}}"#,
        #"{"contentType":"Form","form":{"cannedResponseId":"c","showSummary":true}}"#,
        #"{"contentType":"GenericTemplate","generic":{"title":"Old card"}}"#,
        #"{"contentType":"Location","location":{"latitude":35.5,"longitude":135.25}}"#,
        #"{"contentType":"Story","story":{"type":"Mention","url":"https://x"}}"#,
        #"{"contentType":"Reactions","reactions":[{"reactionType":"Like","count":2}]}"#,
        #"{"contentType":"Text","text":{"type":"Text","body":"hi"}}"#,
        #"{"contentType":"QuickReplyV2","quickReplyV2":{"title":"Choose","actions":[{"text":"Yes"}]}}"#,
        #"{"contentType":"Notification","template":{"id":"t","body":{"text":"Hello"}}}"#,
        #"{"contentType":"NotificationResponse","notificationResponse":{"notificationStatus":"Accepted"}}"#,
        #"{"contentType":"PaymentRequest","paymentRequest":{"currencyCode":"JPY","orderTotal":1200.5}}"#,
        #"{"contentType":"PaymentResponse","paymentResponse":{"paymentStatus":"Completed"}}"#,
        #"{"contentType":"Push","push":{"deviceType":"IOS"}}"#,
        #"{"contentType":"InteractiveApplication","interactiveApplication":{"name":"app","url":"https://x"}}"#,
    ]

    static let unknown: [String] = [
        #"{"contentType":"Hologram","hologram":{"depth":3,"layers":["a",null,1.5,true]}}"#,
        #"{"contentType":"Mention","mention":{"anything":{"goes":[1,2]}}}"#,
        #"{"contentType":"Card","card":"not an object"}"#,
        #"{"noType":true}"#,
    ]

    private func members(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test("of every known type is typed, and written as it was read", arguments: items)
    func known(_ text: String) throws {
        let item = try JSONDecoder().decode(MessageContent.self, from: Data(text.utf8))
        if case .unknown = item { Issue.record("not typed: \(text)") }
        let written = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(item))
        #expect(written == (try members(text)))
    }

    @Test("of an unknown type, or that does not fit, is kept whole", arguments: unknown)
    func kept(_ text: String) throws {
        let item = try JSONDecoder().decode(MessageContent.self, from: Data(text.utf8))
        guard case .unknown = item else {
            Issue.record("typed: \(text)")
            return
        }
        let written = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(item))
        #expect(written == (try members(text)))
    }

    @Test("events, too: known ones typed, others whole")
    func events() throws {
        let typing = #"{"eventType":"Typing","typing":{"type":"On","duration":5000}}"#
        let odd = #"{"eventType":"Wave","wave":{"hand":"left"}}"#
        let read = try JSONDecoder().decode([MessageEvent].self, from: Data("[\(typing),\(odd)]".utf8))
        #expect(read.first == .typing(TypingEvent(type: "On", duration: 5000)))
        #expect(read.last == .unknown(try members(odd)))
    }

    @Test("a status only moves forward")
    func statuses() {
        #expect(MessageStatus.queued.mayAdvance(to: .sent))
        #expect(MessageStatus.sent.mayAdvance(to: .delivered))
        #expect(!MessageStatus.delivered.mayAdvance(to: .sent))
        #expect(!MessageStatus.read.mayAdvance(to: .delivered))
        #expect(!MessageStatus.delivered.mayAdvance(to: .failed))
    }

    @Test("ids read both spellings and refuse everything else")
    func identifiers() {
        let id = MessageID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        #expect(id.description == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(MessageID(id.description.uppercased()) == id)
        #expect(MessageID(id.hex) == id)
        #expect(MessageID(bytes: id.bytes) == id)
        for text in [
            "", "1", "01234567-89ab-cdef-fedc-ba987654321", "g1234567-89ab-cdef-fedc-ba9876543210",
            "01234567 89ab-cdef-fedc-ba9876543210",
        ] {
            #expect(MessageID(text) == nil)
        }
    }
}
