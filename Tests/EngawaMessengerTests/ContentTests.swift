import Foundation
import Testing

@testable import EngawaMessenger

@Suite("Structured content on the wire")
struct ContentTests {
    private func message(_ content: String) throws -> Message {
        let body =
            #"{"id":"m1","type":"Structured","direction":"Outbound","content":[\#(content)],"#
            + #""originatingEntity":"Bot","channel":{"time":"2026-03-01T10:00:00.250Z","from":{"nickname":"Robo"}}}"#
        return try #require(Message(try json(body)))
    }

    @Test(
        "a deep link of an entry point is read as the server reads it, and no other link",
        arguments: [
            ("https://tea.example/m/e1", #"{"entryPoint":"e1","source":"link"}"#),
            (
                "https://tea.example/chat/m/e1?ref=shop-2&via=qr&utm_source=station&other=1",
                #"{"entryPoint":"e1","source":"qr","ref":"shop-2","utm_source":"station"}"#
            ),
            (
                "https://tea.example/m/e1?via=space&utm_term=a%20b",
                #"{"entryPoint":"e1","source":"link","utm_term":"a b"}"#
            ),
            ("https://tea.example/m/", nil), ("https://tea.example/tea/e1", nil), ("https://tea.example", nil),
        ])
    func referral(link: String, wire: String?) throws {
        let referral = Referral(deepLink: try #require(URL(string: link)))
        #expect(referral?.json == (try wire.map(json)))
    }

    @Test("a message says who, when and what")
    func author() throws {
        let message = try message(#"{"contentType":"Hologram","hologram":{}}"#)
        #expect(message.author?.nickname == "Robo" && message.author?.isBot == true)
        #expect(message.sentAt.timeIntervalSince1970 == 1_772_359_200.25)
        guard case .other("Hologram", _) = message.content.first else {
            Issue.record("an unknown type is kept: \(message.content)")
            return
        }
        #expect(Message(try json(#"{"id":"e","type":"Event","direction":"Inbound"}"#)) == nil)
    }

    @Test("quick replies and cards are answered with what they mean")
    func buttons() throws {
        let offered = try message(
            #"{"contentType":"QuickReply","quickReply":{"text":"Yes","payload":"y","action":"Message"}},"#
                + #"{"contentType":"Carousel","carousel":{"cards":[{"title":"Tea","#
                + #""actions":[{"type":"Postback","text":"Buy","payload":"buy-tea"}]}]}}"#)
        guard case .quickReply(let reply) = offered.content[0], case .carousel(let cards) = offered.content[1] else {
            Issue.record("\(offered.content)")
            return
        }
        #expect(
            Answer.quickReply(reply, to: offered).content == [
                try json(
                    #"{"contentType":"ButtonResponse","buttonResponse":"#
                        + #"{"type":"QuickReply","text":"Yes","payload":"y","originatingMessageId":"m1"}}"#)
            ])
        let button = Answer.cardButton(cards[0].actions[0], to: offered)
        #expect(button.parent == "m1")
        #expect(button.text == "Buy")
        #expect(button.content[0]["buttonResponse"]?["payload"] == .string("buy-tea"))
        #expect(button.content[0]["buttonResponse"]?["type"] == .string("Button"))
    }

    @Test("dates, lists and forms name the message that they answer")
    func pickers() throws {
        let offered = try message(
            #"{"contentType":"DatePicker","datePicker":{"title":"When?","#
                + #""availableTimes":[{"dateTime":"2026-03-02T09:30:00Z","duration":1800}]}},"#
                + #"{"contentType":"ListPicker","listPicker":{"sections":[{"title":"Tea","multipleSelection":true,"#
                + #""items":[{"id":"1","title":"Green"},{"id":"2","title":"Black"}]}]}},"#
                + #"{"contentType":"Form","form":{"cannedResponseId":"c1","introduction":{"title":"You"},"#
                + #""formPages":[{"title":"A","subtitle":"B","pageComponents":["#
                + #"{"formComponentType":"Input","input":{"id":"name","title":"Name"}}]}]}}"#
        )
        guard case .datePicker(let dates) = offered.content[0], case .listPicker(let list) = offered.content[1],
            case .form(let form) = offered.content[2]
        else {
            Issue.record("\(offered.content)")
            return
        }
        let date = Answer.date(dates.times[0], to: offered, label: "Monday, half past nine")
        #expect(date.parent == "m1")
        #expect(date.content[0]["buttonResponse"]?["payload"] == .string("2026-03-02T09:30:00Z"))
        let items = Answer.items(list.sections[0].items, to: offered)
        #expect(items.text == "Green\nBlack")
        #expect(items.content.map { $0["buttonResponse"]?["originatingMessageId"]?.string } == ["m1", "m1"])
        #expect(form.pages[0].components[0].type == "Input")
        let filled = Answer.form(form, fields: [.init(id: "name", text: "Aki")], to: offered)
        #expect(filled.text == "Name: Aki")
        #expect(filled.content[0]["form"]?["cannedResponseId"] == .string("c1"))
        let field = filled.content[0]["form"]?["response"]?.elements.first
        #expect(field?["component"]?["buttonResponse"]?["payload"] == .string("Aki"))
    }
}
