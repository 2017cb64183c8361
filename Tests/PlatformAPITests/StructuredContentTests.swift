import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Structured content: what a business may show and ask")
struct StructuredContentTests {
    private static let reply = #"{"contentType":"QuickReply","quickReply":{"text":"Yes","payload":"yes"}}"#
    private static let press = #"{"type":"Postback","text":"Take","payload":"tea"}"#

    private static func card(_ members: String) -> String {
        #"{"contentType":"Card","card":{"title":"Tea",\#(members)}}"#
    }

    private static func picker(_ times: String, _ more: String = "") -> String {
        #"{"contentType":"DatePicker","datePicker":{\#(more)"availableTimes":[\#(times)]}}"#
    }

    private static func list(_ items: String) -> String {
        #"{"contentType":"ListPicker","listPicker":{"sections":[{"items":[\#(items)]}]}}"#
    }

    private static func form(_ components: String) -> String {
        #"{"contentType":"Form","form":{"cannedResponseId":"f","formPages":[{"title":"You","#
            + #""pageComponents":[\#(components)]}]}}"#
    }

    private static func carousel(_ count: Int) -> String {
        let cards = (0..<count).map {
            #"{"title":"Tea","actions":[{"type":"Postback","text":"Take","payload":"\#($0)"}]}"#
        }
        return #"{"contentType":"Carousel","carousel":{"cards":[\#(cards.joined(separator: ","))]}}"#
    }

    private static func replies(_ count: Int) -> String {
        (0..<count).map { reply.replacing(#""yes""#, with: "\"\($0)\"") }.joined(separator: ",")
    }

    private func message(
        _ content: String, text: String? = nil, on platform: MessagingPlatform = .webmessaging
    ) throws -> NormalizedMessage {
        let items = try JSONDecoder().decode([JSONValue].self, from: Data("[\(content)]".utf8))
        return try StructuredContent.message(items, text: text, on: platform)
    }

    private static let time = #"{"dateTime":"2030-12-01T01:00:00.000Z","duration":1800}"#
    private static let name = #"{"formComponentType":"Input","input":{"id":"n","title":"Name"}}"#

    @Test(
        "whatever the messenger can show is taken",
        arguments: [
            ("QuickReply", replies(StructuredContent.quickRepliesMax)), ("Card", card(#""actions":[\#(press)]"#)),
            ("Card", card(#""image":"https://tea.example/a.png","actions":[]"#)), ("Carousel", carousel(10)),
            ("DatePicker", picker(time)), ("ListPicker", list(#"{"id":"g","title":"Gyokuro"}"#)), ("Form", form(name)),
        ])
    func taken(type: String, content: String) throws {
        for platform in [MessagingPlatform.webmessaging, .open] {
            let message = try message(content, text: "What?", on: platform)
            #expect(message.type == .structured && message.text == "What?")
            #expect(message.content?.allSatisfy { $0.type == type } == true)
        }
    }

    @Test(
        "what a client would have to repair is refused with its place",
        arguments: [
            ("content", ""), ("content[0].contentType", "{}"), ("content[0].card", #"{"contentType":"Card"}"#),
            ("content[0].contentType", #"{"contentType":"Location","location":{}}"#),
            ("content[0].card.actions", #"{"contentType":"Card","card":{"title":"Tea"}}"#),
            ("content[0].card.title", #"{"contentType":"Card","card":{"title":" ","actions":[]}}"#),
            ("content[0].card.image", card(#""image":"http://tea.example/a.png","actions":[]"#)),
            ("content[0].card.image", card(#""image":"data:text/html,x","actions":[]"#)),
            ("content[0].card.actions[0].url", card(#""actions":[{"type":"Link","text":"See"}]"#)),
            ("content[0].card.actions[0].payload", card(#""actions":[{"type":"Postback","text":"See"}]"#)),
            ("content[0].card.actions", card(#""actions":[\#(press),\#(press),\#(press),\#(press)]"#)),
            ("content[0].card.actions[1].payload", card(#""actions":[\#(press),\#(press)]"#)),
            ("content[0].card.defaultAction.url", card(#""actions":[],"defaultAction":{"type":"Link"}"#)),
            ("content[0].carousel.cards", carousel(0)), ("content[0].carousel.cards", carousel(11)),
            ("content[0].datePicker.availableTimes", picker("")),
            ("content[0].datePicker.availableTimes[1].dateTime", picker("\(time),\(time)")),
            ("content[0].datePicker.availableTimes[0].duration", picker(#"{"dateTime":"2030-12-01","duration":0}"#)),
            (
                "content[0].datePicker.dateMaximum",
                picker(time, #""dateMinimum":"2030-12-02T00:00:00Z","dateMaximum":"2030-12-01T00:00:00Z","#)
            ),
            ("content[0].listPicker.sections[0].items", list("")),
            (
                "content[0].listPicker.sections[0].items[1].id",
                list(#"{"id":"g","title":"Gyokuro"},{"id":"g","title":"Sencha"}"#)
            ),
            ("content[0].form.formPages[0].pageComponents[1].input.id", form("\(name),\(name)")),
            (
                "content[0].form.formPages[0].pageComponents[0].wheelPicker",
                form(#"{"formComponentType":"WheelPicker","input":{"id":"n","title":"Name"}}"#)
            ),
            ("content", "\(card(#""actions":[]"#)),\(card(#""actions":[]"#))"),
            ("content", "\(reply),\(card(#""actions":[]"#))"), ("content", replies(14)),
            ("content[1].quickReply.payload", "\(reply),\(reply)"),
        ])
    func refused(field: String, content: String) throws {
        let error = try #require(throws: APIError.self) { try message(content, text: "What?") }
        #expect(error.status == .badRequest)
        #expect(error.details.map(\.fieldName) == [field])
    }

    @Test("texts are bounded where a button would not hold them, and quick replies reply to something")
    func texts() throws {
        let long = Self.reply.replacing("Yes", with: String(repeating: "y", count: 81))
        let error = try #require(throws: APIError.self) { try message(long, text: "What?") }
        #expect(error.details.first?.fieldName == "content[0].quickReply.text")
        let alone = try #require(throws: APIError.self) { try message(Self.reply) }
        #expect(alone == .missing("textBody"))
        #expect(throws: APIError.self) { try message(Self.reply, text: "What?", on: .sms) }
    }
}
