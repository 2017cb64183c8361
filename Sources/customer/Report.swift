import EngawaMessenger
import Foundation
import Synchronization

/// What the tests are told: one line of JSON for each thing that happened.
enum Report {
    private static let turn = Mutex(())

    static func tell(_ event: String, _ members: [String: JSON] = [:]) {
        var members = members
        members["event"] = .string(event)
        guard var line = try? JSONEncoder().encode(JSON.object(members)) else { return }
        line.append(UInt8(ascii: "\n"))
        turn.withLock { _ in try? FileHandle.standardOutput.write(contentsOf: line) }
    }

    static func tell(_ message: Message) {
        tell(
            "message",
            [
                "id": .string(message.id), "direction": .string(message.direction.rawValue),
                "text": message.text.map { .string($0) } ?? .null,
                "clientId": message.clientID.map { .string($0) } ?? .null,
                "author": message.author?.nickname.map { .string($0) } ?? .null,
                "files": .array(message.content.compactMap(file)),
            ])
    }

    private static func file(_ content: Content) -> JSON? {
        guard case .attachment(let file) = content else { return nil }
        return .object([
            "id": .string(file.id), "name": .string(file.fileName ?? ""),
            "url": .string(file.url?.absoluteString ?? ""),
        ])
    }

    static func tell(_ state: ConnectionState) {
        switch state {
        case .idle: tell("state", ["state": "idle"])
        case .connecting: tell("state", ["state": "connecting"])
        case .configuring: tell("state", ["state": "configuring"])
        case .ready: tell("state", ["state": "ready"])
        case .waiting: tell("state", ["state": "waiting"])
        case .closed(let ending): tell("state", ["state": "closed", "reason": .string("\(ending)")])
        }
    }

    static func tell(_ event: MessengerEvent) {
        switch event {
        case .delivery(let delivery): tell(delivery)
        case .typing(let nickname, _): tell("typing", ["nickname": nickname.map { .string($0) } ?? .null])
        case .joined: tell("joined")
        case .businessLeft(let isReadOnly): tell("businessLeft", ["isReadOnly": .bool(isReadOnly)])
        case .guestLeft(let isReadOnly): tell("guestLeft", ["isReadOnly": .bool(isReadOnly)])
        case .cleared: tell("cleared")
        case .gap: tell("gap")
        case .session(let session):
            tell("session", ["isNew": .bool(session.isNew), "isReadOnly": .bool(session.isReadOnly)])
        }
    }

    private static func tell(_ delivery: Delivery) {
        let id = JSON.string(delivery.id)
        switch delivery.stage {
        case .queued: tell("queued", ["id": id])
        case .delivered: tell("delivered", ["id": id])
        case .failed(let error): tell("failed", ["id": id, "code": code(error), "error": .string("\(error)")])
        }
    }

    static func code(_ error: any Error) -> JSON {
        switch error as? MessengerError {
        case .refused(let code, _), .uploadFailed(let code, _): .number(Double(code))
        case .upgradeRefused(let status), .http(let status, _): .number(Double(status))
        case .tooManyRequests: 429
        default: .null
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
}
