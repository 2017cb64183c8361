import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Searching messages by the API")
struct TranscriptSearchTests {
    static let path = "/api/v2/speechandtextanalytics/transcripts/search"

    static func body(_ text: String, type: String = "PHRASE", more: String = "") -> String {
        #"{"types":["messages"],"query":[{"type":"\#(type)","fields":["transcript"],"value":"\#(text)"}]\#(more)}"#
    }

    @Test("a supervisor finds what was said; an agent only where he takes part or serves the customer")
    func visibility() async throws {
        try await APIBench.run { bench in
            let client = try await bench.clientToken()
            let talk = try await ConversationAPITests.alert(bench)
            let messages = "\(ConversationAPITests.messages)/\(bench.integration)/inbound/open/message"
            for (number, text) in ["返品したいです", "The oak table"].enumerated() {
                let sent = try await bench.json(
                    .post, messages, token: client, ConversationAPITests.inbound(text, id: "s-\(number)"))
                #expect(sent.status == 200)
            }
            let supervisor = try await bench.token("yuki")
            let found = try await bench.eventually {
                let answer = try await bench.json(.post, Self.path, token: supervisor, Self.body("返品"))
                return answer.json["total"] == 1 ? answer.json : nil
            }
            let result = try #require(found["results"]?.array?.first)
            #expect(result["conversationId"]?.string == talk.conversation)
            #expect(result["transcript"] == "返品したいです" && result["direction"] == "inbound")
            #expect(result["highlights"] == [["offset": 0, "length": 2]])
            #expect(found["isComplete"] == true && found["pageCount"] == 1)
            let hana = try await bench.token("hana")
            let agent = try await bench.eventually {
                let answer = try await bench.json(.post, Self.path, token: hana, Self.body("TABLE"))
                return answer.json["total"] == 1 ? answer.json : nil
            }
            #expect(agent["results"]?.array?.first?["transcript"] == "The oak table")
            let other = try await bench.json(
                .post, Self.path, token: try await bench.token("kenji"), Self.body("table"))
            #expect(other.status == 200 && other.json["total"] == 0 && other.json["results"] == [], "\(other)")
        }
    }

    @Test("pages and phrases")
    func pages() async throws {
        try await APIBench.run { bench in
            let client = try await bench.clientToken()
            let messages = "\(ConversationAPITests.messages)/\(bench.integration)/inbound/open/message"
            for number in 1...5 {
                _ = try await bench.json(
                    .post, messages, token: client,
                    ConversationAPITests.inbound("blue chair \(number)", id: "p-\(number)"))
            }
            let token = try await bench.token("yuki")
            _ = try await bench.eventually {
                let answer = try await bench.json(.post, Self.path, token: token, Self.body("chair blue"))
                return answer.json["total"] == 5 ? answer.json : nil
            }
            let page = try await bench.json(
                .post, Self.path, token: token, Self.body("chair", more: #","pageSize":2,"pageNumber":2"#))
            let texts = page.json["results"]?.array?.compactMap { $0["transcript"]?.string }
            #expect(texts == ["blue chair 3", "blue chair 2"] && page.json["pageNumber"] == 2)
            #expect(page.json["isComplete"] == false && page.json["total"] == 5)
            for (text, type, total) in [
                ("chair blue", "EXACT_PHRASE", 0), ("blue chair", "EXACT_PHRASE", 5), ("blue chair 4", "EXACT", 1),
                ("none", "PHRASE", 0),
            ] as [(String, String, Int64)] {
                let answer = try await bench.json(.post, Self.path, token: token, Self.body(text, type: type))
                #expect(answer.json["total"] == .integer(total), "\(text) \(type): \(answer)")
            }
        }
    }

    @Test("what cannot be answered is refused with the reason")
    func refused() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("yuki")
            let long = String(repeating: "a", count: SearchQuery.charactersMax + 1)
            let criterion = #"{"type":"PHRASE","fields":["transcript"],"value":"a"}"#
            for body in [
                "", "{", "[]", "{}", #"{"query":[]}"#, #"{"query":"a"}"#, #"{"query":[{}]}"#, Self.body(""),
                Self.body("?!"), Self.body(long), Self.body("a", type: "DATE_RANGE"), Self.body("a", type: "phrase"),
                #"{"query":[\#(criterion),\#(criterion)]}"#,
                #"{"query":[{"type":"PHRASE","fields":["ani"],"value":"a"}]}"#,
                #"{"query":[{"type":"PHRASE","fields":["transcript"],"value":"a","operator":"NOT"}]}"#,
                #"{"query":[{"type":"PHRASE","fields":["transcript"]}]}"#,
                Self.body("a", more: #","pageSize":0"#), Self.body("a", more: #","pageSize":101"#),
                Self.body("a", more: #","pageNumber":0"#), Self.body("a", more: #","pageNumber":1000000"#),
                Self.body("a", more: #","pageSize":"x""#), Self.body("a", more: #","sortOrder":"ASC""#),
                Self.body("a", more: #","sortBy":"duration""#), #"{"types":["users"],"query":[\#(criterion)]}"#,
            ] {
                let answer = try await bench.json(.post, Self.path, token: token, body)
                #expect((400..<500).contains(answer.status), "\(body): \(answer)")
                #expect(answer.json["code"]?.string != nil, "\(body): \(answer)")
            }
            #expect(try await bench.json(.post, Self.path, token: nil, Self.body("a")).status == 401)
        }
    }
}
