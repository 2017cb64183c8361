import ContactCenter
import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import PlatformAPI

@Suite("Files of agents are judged like those of guests")
struct AgentFileTests {
    private static let gif = Pictures.gif()

    /// An agent who talks with a customer, and may add files.
    private struct Talk: Sendable {
        let bench: APIBench
        let token: String
        let messages: String

        init(_ bench: APIBench) async throws {
            self.bench = bench
            let talk = try await ConversationAPITests.alert(bench)
            token = try await bench.token("hana")
            let path = "\(ConversationAPITests.messages)/\(talk.conversation)"
            _ = try await bench.json(
                .patch, "\(path)/participants/\(talk.participant)", token: token, #"{"state":"connected"}"#)
            messages = "\(path)/communications/\(talk.leg)/messages"
        }

        func announces(_ name: String, bytes: Int = gif.utf8.count, more: String = "") async throws -> Answer {
            let body = #"{"fileName":"\#(name)","contentLengthBytes":\#(bytes)\#(more)}"#
            return try await bench.json(.post, messages + "/media/uploads", token: token, body)
        }

        func puts(_ text: String, at begun: Answer, _ headers: HTTPFields) async throws -> Answer {
            let link = try #require(begun.json["uploadUrl"]?.string).replacing("http://engawa.test", with: "")
            return try await bench.send(.put, link, body: ByteBuffer(string: text), headers: headers)
        }

        func status(of begun: Answer) async throws -> String? {
            let id = try #require(begun.json["id"]?.string)
            return try await bench.send(.get, "\(messages)/media/\(id)", token: token).json["status"]?.string
        }

        func sends(_ begun: Answer) async throws -> Answer {
            let id = try #require(begun.json["id"]?.string)
            return try await bench.json(.post, messages, token: token, #"{"mediaIds":["\#(id)"]}"#)
        }
    }

    @Test("what is wrong is refused when it is announced, and begins nothing")
    func announced() async throws {
        try await APIBench.run { bench in
            let talk = try await Talk(bench)
            for (name, bytes, status, code) in [
                ("../cat.gif", 7, 400, "file.name.invalid"), ("cat", 7, 400, "file.name.invalid"),
                ("cat\u{202E}fig.gif", 7, 400, "file.name.invalid"),
                (String(repeating: "a", count: 1_020) + ".gif", 7, 400, "file.name.too.long"),
                ("cat.exe.gif", 7, 400, "file.type.not.allowed"), ("cat.svg", 7, 400, "file.type.not.allowed"),
                ("cat.gif", 0, 400, "file.empty"), ("cat.gif", -1, 413, "file.too.large"),
                ("cat.gif", (10_240 << 10) + 1, 413, "file.too.large"),
            ] {
                let answer = try await talk.announces(name, bytes: bytes)
                #expect(answer.status == status && answer.code == code, "\(name): \(answer)")
                #expect(answer.json["contextId"]?.string != nil && answer.json["id"] == nil)
            }
            #expect(try await talk.announces("cat.gif", more: #","contentMd5":"x""#).code == "invalid.value")
            #expect(try await talk.announces("cat.gif", bytes: 10_240 << 10).status == 200)
        }
    }

    @Test("what is not what it says is refused for good, and cannot be sent")
    func refused() async throws {
        try await APIBench.run { bench in
            let talk = try await Talk(bench)
            let script = "<script".padding(toLength: Self.gif.utf8.count, withPad: " ", startingAt: 0)
            for (bytes, type, code) in [
                (Self.gif, "image/png", "file.content.mismatch"), (Self.gif, "text/html", "file.type.not.allowed"),
                (Self.gif, "gif", "file.type.not.allowed"), (script, "image/gif", "file.content.mismatch"),
                (script, "text/plain", "file.content.mismatch"), ("", "image/gif", "file.empty"),
                (Self.gif + "-", "image/gif", "file.length.mismatch"),
            ] {
                let begun = try await talk.announces("cat.gif")
                let answer = try await talk.puts(bytes, at: begun, [.contentType: type])
                #expect(answer.status == 400 && answer.code == code, "\(bytes) as \(type): \(answer)")
                #expect(try await talk.status(of: begun) == "invalid")
                #expect(try await talk.sends(begun).status == 400)
                #expect(try await talk.puts(Self.gif, at: begun, [.contentType: "image/gif"]).status == 409)
            }
        }
    }

    @Test("without a declared type the name says it, and parameters say nothing", arguments: [nil, "image/gif; q=1"])
    func declared(type: String?) async throws {
        try await APIBench.run { bench in
            let talk = try await Talk(bench)
            let begun = try await talk.announces("cat.gif")
            let headers: HTTPFields = type.map { [.contentType: $0] } ?? [:]
            let other = try await talk.announces("cat.gif", bytes: 8)
            #expect(try await talk.puts("PNG, no?", at: other, headers).code == "file.content.mismatch")
            let stored = try await talk.puts(Self.gif, at: begun, headers)
            #expect(stored.json["mediaType"] == "image/gif", "\(stored)")
            #expect(try await talk.sends(begun).status == 202)
        }
    }

    @Test("a sum that was announced is said again with the bytes, and must fit")
    func sums() async throws {
        try await APIBench.run { bench in
            let talk = try await Talk(bench)
            let right = FileChecksum(of: Data(Self.gif.utf8)).digits
            let begun = try await talk.announces("cat.gif", more: #","contentMd5":"\#(right)""#)
            #expect(begun.json["uploadHeaders"]?["Content-MD5"]?.string == right)
            #expect(try await talk.puts(Self.gif, at: begun, [:]).status == 404)
            #expect(try await talk.puts(Self.gif, at: begun, [.contentMD5: right]).status == 200)
            let wrong = try await talk.announces("cat.gif")
            let zeros = String(repeating: "0", count: 32)
            #expect(try await talk.puts(Self.gif, at: wrong, [.contentMD5: zeros]).code == "file.checksum.mismatch")
        }
    }

    @Test("of two who bring the bytes at once one is taken")
    func once() async throws {
        try await APIBench.run { bench in
            let talk = try await Talk(bench)
            let begun = try await talk.announces("cat.gif")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for letter in "abcde" {
                    group.addTask {
                        try await talk.puts(Pictures.gif(letter), at: begun, [.contentType: "image/gif"]).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 409, 409, 409, 409])
            #expect(try await talk.sends(begun).status == 202)
        }
    }

    @Test("an agent's client is told the limits, which the integration narrows")
    func told() async throws {
        var limits = FileLimits()
        limits.types = ["image/*", "application/pdf"]
        limits.bytesMax = 20 << 10
        limits.blockedExtensions = [".bmp"]
        try await APIBench.run(agentFiles: limits) { bench in
            let talk = try await Talk(bench)
            func asks() async throws -> JSONValue {
                try await bench.send(.get, talk.messages + "/media/limits", token: talk.token).json
            }
            func types(_ told: JSONValue?) -> [String?]? {
                told?["fileTypes"]?.array?.map { $0["type"]?.string }
            }
            let told = try await asks()
            let outbound = told["allowedMedia"]?["outbound"]
            #expect(types(outbound) == ["image/*", "application/pdf"])
            #expect(outbound?["maxFileSizeKB"] == 20)
            #expect(told["blockedExtensions"] == [".bmp"])
            #expect(told["maxFilesPerMessage"] == 10)
            let content = try await bench.send(
                .get, "/api/v2/conversations/messaging/supportedcontent/default", token: try await bench.clientToken())
            let allowed = content.json["mediaTypes"]?["allow"]
            #expect(allowed?["outbound"] == [["type": "image/*"], ["type": "application/pdf"]], "\(content)")

            let entity = try #require(bench.engine.directory.find(.openIntegration, bench.integration))
            let carried: JSONValue = ["outbound": [["type": "image/gif"], ["type": "audio/*"]]]
            let supported: JSONValue = ["id": "1", "mediaTypes": ["allow": carried]]
            try await bench.engine.directory.save(
                .openIntegration, id: entity.id, name: entity.name,
                body: entity.body.changed(by: ["supportedContent": supported]))
            #expect(types(try await asks()["allowedMedia"]?["outbound"]) == ["image/gif"])
            let begun = try await talk.announces("letter.unknown", bytes: 5)
            #expect(
                try await talk.puts("%PDF-", at: begun, [.contentType: "application/pdf"]).code
                    == "file.type.not.allowed")
            #expect(try await talk.announces("cat.png").code == "file.type.not.allowed")
            #expect(try await talk.announces("cat.bmp").code == "file.type.not.allowed")
            #expect(try await talk.announces("cat.gif", bytes: 20 << 10 + 1).code == "file.too.large")
            let taken = try await talk.announces("cat.gif")
            #expect(try await talk.puts(Self.gif, at: taken, [.contentType: "image/gif"]).status == 200)
        }
    }

    @Test("strangers learn nothing of limits, and begin nothing")
    func strangers() async throws {
        try await APIBench.run { bench in
            let talk = try await Talk(bench)
            let other = try await bench.token("kenji")
            #expect(try await bench.send(.get, talk.messages + "/media/limits", token: other).status == 404)
            #expect(try await bench.send(.get, talk.messages + "/media/limits").status == 401)
            let body = #"{"fileName":"cat.gif","contentLengthBytes":7}"#
            #expect(
                try await bench.json(.post, talk.messages + "/media/uploads", token: other, body).status == 404)
        }
    }

    @Test("a checksum is read in both spellings, and nothing else is")
    func checksums() {
        let digits = "900150983cd24fb0d6963f7d28e17f72"
        #expect(FileChecksum(of: Data("abc".utf8)).digits == digits)
        for text in [digits, digits.uppercased(), "kAFQmDzST7DWlj99KOF/cg=="] {
            #expect(FileChecksum(text)?.digits == digits)
        }
        for text in ["", "x", String(digits.dropLast()), digits + "0", "kAFQmDzST7A="] {
            #expect(FileChecksum(text) == nil)
        }
    }

    @Test("every refusal has a code of its own, and a number for guests")
    func codes() {
        let all: [FileRefusal] = [
            .name, .nameTooLong(lengthMax: 1), .type, .empty, .tooLarge(bytesMax: 1), .length(announced: 1), .checksum,
            .content, .infected(virus: "secret"), .unscanned(reason: "secret"),
        ]
        #expect(Set(all.map(\.apiError.code)).count == all.count)
        for refusal in all {
            #expect(refusal.apiError.code.hasPrefix("file.") && !refusal.apiError.message.contains("secret"))
            #expect((4_001...5_000).contains(GuestError(refusal).code))
            #expect(refusal.isFinal == (refusal.apiError.headers[.retryAfter] == nil))
        }
    }
}
