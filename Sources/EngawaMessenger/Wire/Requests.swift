/// What a client asks of the guest socket: the members of a request besides its token and its tracing id.
enum Requests {
    static func message(_ message: JSON) -> [String: JSON] { ["message": message] }

    /// Something that happens in the conversation, and that nobody keeps.
    static func event(_ type: String, _ name: String, _ value: String, channel: JSON? = nil) -> [String: JSON] {
        let event = JSON.object([
            "eventType": .string(type), name: .object(["type": .string(value)]),
        ])
        return message(.members(["type": .string("Event"), "events": .array([event]), "channel": channel]))
    }

    static let typing = event("Typing", "typing", "On")

    static func presence(_ type: String, channel: JSON? = nil) -> [String: JSON] {
        event("Presence", "presence", type, channel: channel)
    }

    /// A health check; the server knows it by this tracing id.
    static let healthTrace = "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ="
    static let health = message(.object(["type": .string("Text"), "text": .string("ping")]))
}
