import ContactCenter
import Engine
import Hummingbird

/// `GET /api/v2/routing/conversations`: the conversations that wait for an agent, whoever waits longest first. Why each
/// waits is asked below it (``DecisionRoutes``).
struct WaitingRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess
    let files: FileLinks

    static let path = "/api/v2/routing/conversations"

    private struct Waiting: Encodable {
        struct Customer: Encodable {
            var id: String
            var name: String?
        }

        var id: String
        var queue: EntityReference
        var customer: Customer?
        var dateWaitingSince: WireDate
        var priority: Int
        var skills: [EntityReference]
        var language: EntityReference?
        /// The agent who is alerted right now.
        var offeredTo: EntityReference?
        var selfUri: String
    }

    /// `queueId` asks for one queue's only.
    @Sendable func list(_ call: Call<Principal>) async throws -> Response {
        let page = try call.page()
        let caller = try call.caller
        let queue = try call.query["queueId"].map { text throws(APIError) in
            guard let id = QueueID(text) else { throw .invalidValue("queueId", String(text.prefix(40))) }
            return id
        }
        let waiting = engine.conversations.allOpen()
            .filter { conversation in
                guard let routing = conversation.waiting?.routing else { return false }
                return (queue == nil || routing.queue == queue) && access.maySee(conversation, caller)
            }
            .sorted { (Self.since($0), $0.id) < (Self.since($1), $1.id) }
        let names = WireNames(directory: engine.directory, files: files)
        let entities = page.slice(waiting).compactMap { Self.wire($0, names) }
        return try .json(call.listing(entities, total: waiting.count, page: page))
    }

    private static func since(_ conversation: Conversation) -> Instant {
        conversation.waiting?.startedAt ?? Instant(milliseconds: 0)
    }

    private static func wire(_ conversation: Conversation, _ names: WireNames) -> Waiting? {
        guard let waiting = conversation.waiting, let routing = waiting.routing else { return nil }
        let alerted = conversation.agents.first { $0.communication.state == .alerting }
        return Waiting(
            id: conversation.id.description, queue: names.queue(routing.queue),
            customer: conversation.customer.map { .init(id: $0.id.description, name: $0.name) },
            dateWaitingSince: WireDate(waiting.startedAt), priority: routing.priority,
            skills: routing.skills.map(names.skill), language: routing.language.map(names.language),
            offeredTo: alerted.flatMap { agent in agent.user.map { names.user($0, fallback: agent.name) } },
            selfUri: "/api/v2/conversations/\(conversation.id)")
    }
}
