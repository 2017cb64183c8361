import Foundation
import Testing

@testable import EngawaMessenger

@Suite("What a messenger keeps")
struct KeepingTests {
    private func message(_ id: String, text: String = "") throws -> Message {
        let body = #"{"id":"\#(id)","type":"Text","direction":"Inbound","text":"\#(text)","channel":{}}"#
        return try #require(Message(try json(body)))
    }

    @Test("the timeline takes a message once, and a reader goes on from where it was")
    func timeline() throws {
        var timeline = Timeline()
        for id in ["a", "b", "a"] { _ = timeline.append(try message(id)) }
        #expect(timeline.messages.map(\.id) == ["a", "b"])
        let (first, next) = try #require(timeline.message(at: 0))
        #expect(first.id == "a")
        #expect(timeline.message(at: next)?.message.id == "b")
        #expect(timeline.message(at: next + 1) == nil)
        let earlier = timeline.remember(earlier: [try message("b"), try message("z")])
        #expect(earlier.map(\.id) == ["z"])
        timeline.clear()
        _ = timeline.append(try message("c"))
        #expect(timeline.message(at: next)?.message.id == "c")
    }

    @Test("the timeline forgets the oldest, and never takes them twice")
    func timelineIsBounded() throws {
        var timeline = Timeline()
        for number in 0...Timeline.messagesMax { _ = timeline.append(try message("\(number)")) }
        #expect(timeline.messages.count <= Timeline.messagesMax)
        #expect(timeline.messages.last?.id == "\(Timeline.messagesMax)")
        let isTakenAgain = timeline.append(try message("0"))
        #expect(!isTakenAgain)
        #expect(timeline.message(at: 0)?.message.id == timeline.messages.first?.id)
    }

    @Test("the outbox is bounded and counts failures")
    func outbox() throws {
        var outbox = Outbox()
        for number in 0..<Outbox.messagesMax {
            try outbox.append(PendingMessage(id: "\(number)", text: nil, body: .null))
        }
        #expect(throws: MessengerError.queueFull(messagesMax: Outbox.messagesMax)) {
            try outbox.append(PendingMessage(id: "more", text: nil, body: .null))
        }
        let fails = (1...Outbox.failuresMax).map { _ in outbox.hasFailedTooOften("0") }
        #expect(fails == Array(repeating: false, count: Outbox.failuresMax - 1) + [true])
        let removals = (1...2).map { _ in outbox.remove("0") }
        #expect(removals == [true, false])
        #expect(outbox.first?.id == "1")
    }

    @Test("secrets are in files of their user alone, whole or not at all")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "secrets-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try FileSecretStore(folder: folder)
        #expect(try store.read("shop/token") == nil)
        try store.write(Data("first".utf8), for: "shop/token")
        try store.write(Data("second".utf8), for: "shop/token")
        try store.write(Data("other".utf8), for: "../escape")
        #expect(try FileSecretStore(folder: folder).read("shop/token") == Data("second".utf8))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count == 2)
        for name in names {
            let path = folder.appending(path: name).path
            let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(rights == 0o600)
        }
        #expect(try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int == 0o700)
        try store.remove("shop/token")
        try store.remove("shop/token")
        #expect(try store.read("shop/token") == nil)
    }

    @Test("a folder that cannot be made is told of")
    func noFolder() {
        #expect(throws: MessengerError.self) { _ = try FileSecretStore(folder: URL(filePath: "/dev/null/secrets")) }
    }

    @Test("a signal is not lost while nobody waits, and a cancelled task waits no longer")
    func signal() async {
        let signal = Signal()
        signal.raise()
        await signal.wait()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait() }
            group.cancelAll()
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait() }
            signal.raise()
        }
    }
}
