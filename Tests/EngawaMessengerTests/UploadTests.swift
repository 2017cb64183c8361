import Foundation
import Synchronization
import Testing

@testable import EngawaMessenger

private typealias Frame = ScriptedGuestServer.Frame
private typealias Script = ScriptedGuestServer.Script

@Suite("Files on their way, whatever happens to the line", .timeLimit(.minutes(1)))
struct UploadTests {
    /// What becomes of the bytes, by how many files came before.
    private enum Fate: Sendable {
        /// They are accepted, and the verdict is told.
        case told
        /// They are accepted, and the line breaks before that is told.
        case unheard
        /// The line breaks, and they are lost.
        case lost
    }

    private static func script(_ fates: [Fate]) -> Script {
        let kept = Mutex<Set<String>>([])
        let count = Mutex(0)
        return Script(
            guest: { action, request in
                let id = request["attachmentId"]?.string ?? ""
                // Relative, as a server behind a proxy may say it.
                let ticket = Frame(
                    name: "PresignedUrlResponse",
                    body: #"{"attachmentId":"\#(id)","headers":{},"url":"/files/\#(id)?signature=1","fileSize":3}"#)
                switch action {
                case "onAttachment": return [ticket]
                case "getAttachment":
                    let missing = Frame(name: "string", body: #""not there""#, code: 4_009)
                    return [kept.withLock { $0.contains(id) } ? ticket : missing]
                case "configureSession":
                    return [Frame(name: "SessionResponse", body: #"{"connected":true,"newSession":true}"#)]
                case "onMessage": return [echo(request)]
                default: return []
                }
            },
            http: { call, server in
                let id = String(call.line.split(separator: "/")[2].prefix { $0 != "?" })
                let fate = count.withLock { count in
                    defer { count += 1 }
                    return fates[min(count, fates.count - 1)]
                }
                if fate != .lost { _ = kept.withLock { $0.insert(id) } }
                if fate == .told {
                    let body = #"{"attachmentId":"\#(id)","downloadUrl":"http://x/","timestamp":"t"}"#
                    server.push(Frame(name: "UploadSuccessEvent", body: body))
                } else {
                    server.hangUp()
                }
                return (200, "")
            })
    }

    private static func echo(_ request: JSON) -> Frame {
        let id = request["message"]?["metadata"]?["id"]?.string ?? ""
        let file = request["message"]?["content"]?.elements.first?["attachment"]?["id"]?.string ?? ""
        let attachment = #"{"id":"\#(file)","url":"/files/\#(file)","filename":"tea.png"}"#
        let body =
            #"{"id":"s-\#(id)","type":"Text","direction":"Inbound","metadata":{"id":"\#(id)"},"channel":{},"#
            + #""content":[{"contentType":"Attachment","attachment":\#(attachment)}]}"#
        return Frame(name: "StructuredMessage", body: body)
    }

    /// A file of the device, for one test.
    private func withFile(_ content: Data, _ body: (URL) async throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "tea-\(UUID().uuidString).png")
        try content.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try await body(url)
    }

    @Test(
        "a file goes piece by piece, and its message once, whenever the line breaks",
        arguments: [([Fate.told], 1), ([.unheard], 1), ([.lost, .told], 2), ([.lost, .lost, .unheard], 3)])
    private func survives(fates: [Fate], puts: Int) async throws {
        let content = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
        try await withFile(content) { url in
            try await ScriptedGuestServer.run(Self.script(fates)) { server in
                let guest = try Messenger.visitor(server.url, "shop")
                await guest.arrive()
                let upload = guest.upload(try OutgoingFile(at: url, type: "image/png", name: "tea.png"))
                var progress: [UploadProgress] = []
                for try await step in upload.progress { progress.append(step) }
                let sent = progress.compactMap { if case .sending(let bytes, 200_000) = $0 { bytes } else { nil } }
                #expect(sent.suffix(4) == [65_536, 131_072, 196_608, 200_000])
                #expect(server.calls.map(\.body) == Array(repeating: content, count: puts))
                let message = try await guest.first(1)[0]
                #expect(progress.last == .queued(message.clientID ?? ""))
                guard case .attachment(let file) = message.content.first else {
                    Issue.record("no file: \(message)")
                    return
                }
                #expect(file.url?.absoluteString == "\(server.url)/files/\(file.id)")
                #expect(try await guest.downloadURL(of: file.id).absoluteString.hasPrefix(server.url))
                try await guest.send("that was it")
                #expect(try await guest.first(2).count == 2)
                #expect(server.actions.count { $0 == "onMessage" } == 2)
                await guest.disconnect()
            }
        }
    }

    /// When the session says that a file was refused.
    private enum Word: Sendable {
        case beforeTheAnswer
        case afterTheAnswer
        case never
    }

    private static func refusing(_ word: Word) -> Script {
        var script = script([.told])
        let tell: @Sendable (String, ScriptedGuestServer) -> Void = { line, server in
            let id = line.split(separator: "/")[2].prefix { $0 != "?" }
            let body = #"{"attachmentId":"\#(id)","errorCode":4003,"errorMessage":"no picture","timestamp":"t"}"#
            server.push(Frame(name: "UploadFailureEvent", body: body))
        }
        script.http = { call, server in
            switch word {
            case .beforeTheAnswer: tell(call.line, server)
            case .afterTheAnswer:
                // Owner: the test's server; the answer goes out meanwhile, by its own connection.
                Task {
                    try await Task.sleep(for: .milliseconds(100))
                    tell(call.line, server)
                }
            case .never: break
            }
            return (400, #"{"message":"Not taken.","code":"bad.request","status":400}"#)
        }
        return script
    }

    @Test(
        "why a file is refused is what the session says of it, whether before the answer to its bytes or after it",
        arguments: [
            (Word.beforeTheAnswer, MessengerError.uploadFailed(code: 4_003, message: "no picture")),
            (.afterTheAnswer, .uploadFailed(code: 4_003, message: "no picture")),
            (.never, .uploadFailed(code: 400, message: "Not taken.")),
        ])
    private func refused(word: Word, error: MessengerError) async throws {
        try await ScriptedGuestServer.run(Self.refusing(word)) { server in
            let guest = try Messenger.visitor(server.url, "shop")
            await guest.arrive()
            let upload = guest.upload(OutgoingFile(name: "tea.png", type: "image/png", data: Data("<html>".utf8)))
            await #expect(throws: error) {
                for try await _ in upload.progress {}
            }
            #expect(server.calls.count == 1)
            #expect(!server.actions.contains("onMessage"))
            await guest.disconnect()
        }
    }

    @Test("a file that nobody can read, or that has become another, is not sent")
    func unreadable() async throws {
        #expect(throws: MessengerError.storage("none.png cannot be read")) {
            _ = try OutgoingFile(at: URL(filePath: "/nowhere/none.png"), type: "image/png")
        }
        try await withFile(Data("png".utf8)) { url in
            let file = try OutgoingFile(at: url, type: "image/png")
            try FileManager.default.removeItem(at: url)
            try await ScriptedGuestServer.run(Self.script([.told])) { server in
                let guest = try Messenger.visitor(server.url, "shop")
                await guest.arrive()
                await #expect(throws: MessengerError.storage("\(url.lastPathComponent) cannot be read")) {
                    for try await _ in guest.upload(file).progress {}
                }
                #expect(server.calls.isEmpty)
                await guest.disconnect()
            }
        }
    }

    @Test("an upload needs a connection that lives")
    func noConnection() async throws {
        try await ScriptedGuestServer.run(Self.script([.told])) { server in
            let guest = try Messenger.visitor(server.url, "shop")
            let file = OutgoingFile(name: "tea.png", type: "image/png", data: Data("png".utf8))
            await #expect(throws: MessengerError.notConnected) {
                for try await _ in guest.upload(file).progress {}
            }
        }
    }
}
