import ContactCenter
import Foundation

extension ConversationEvent {
    /// The event as the journal keeps it. What comes with every message is put together by hand, in the very form that
    /// the encoder gives it (a test compares); the encoder takes ten times as long.
    func storedBody() throws(EngineError) -> Data {
        switch self {
        case .messageReceived(let id, let leg): Data(#"{"messageReceived":{"_0":"\#(id)","_1":"\#(leg)"}}"#.utf8)
        case .messageSent(let id, let leg): Data(#"{"messageSent":{"_0":"\#(id)","_1":"\#(leg)"}}"#.utf8)
        default: try JSON.encode(self)
        }
    }

    /// The event that a body in the journal keeps.
    static func read(_ body: Data) throws(EngineError) -> ConversationEvent {
        if let event = ConversationEvent(storedMessage: body) { return event }
        return try JSON.decode(ConversationEvent.self, from: body)
    }
}

extension Conversation {
    /// The conversation that a snapshot in the journal keeps.
    static func read(_ snapshot: Data) throws(EngineError) -> Conversation {
        if let conversation = Conversation(stored: snapshot) { return conversation }
        return try JSON.decode(Conversation.self, from: snapshot)
    }
}

extension NormalizedMessage {
    /// The message as the journal keeps it; what is only text is written by hand, too.
    func storedBody() throws(EngineError) -> Data {
        guard content == nil, events == nil else { return try JSON.encode(self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128 + (text?.utf8.count ?? 0))
        var first = true
        func name(_ name: String) {
            bytes.append(contentsOf: (first ? "{\"" : ",\"").utf8)
            bytes.append(contentsOf: name.utf8)
            bytes.append(contentsOf: "\":".utf8)
            first = false
        }
        func member(_ title: String, _ value: String?) {
            guard let value else { return }
            name(title)
            JSONValue.quote(value, into: &bytes)
        }
        member("type", type.rawValue)
        member("text", text)
        member("originatingEntity", originatingEntity?.rawValue)
        member("originatingMessageId", originatingMessageId)
        member("nickname", nickname)
        member("user", user?.description)
        if let metadata {
            name("metadata")
            Self.write(metadata, into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return Data(bytes)
    }

    private static func write(_ texts: [String: String], into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, pair) in texts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONValue.quote(pair.key, into: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONValue.quote(pair.value, into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
