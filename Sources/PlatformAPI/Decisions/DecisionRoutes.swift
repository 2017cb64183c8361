import ContactCenter
import Engine
import Hummingbird
import Journal

/// `GET /api/v2/routing/conversations/{conversationId}/decisions`: why this agent, and why it still waits. It stands
/// below the API's own `/api/v2/routing/conversations/{conversationId}`.
struct DecisionRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess
    let files: FileLinks

    static let path = "/api/v2/routing/conversations/{conversationId}/decisions"

    /// Why a conversation waits.
    private struct Waiting: Encodable {
        /// Whether it is said of now; otherwise this process does not route, and it is what was recorded last.
        var live: Bool
        var date: WireDate
        var decision: DecisionWire
    }

    private struct Listing: Encodable {
        var conversationId: String
        var waiting: Waiting?
        var entities: [DecisionWire]
        var pageSize: Int
        var nextUri: String?
        var selfUri: String
    }

    /// Newest first; `before` is the last decision of the page before.
    @Sendable func list(_ call: Call<Principal>) async throws -> Response {
        let size = try call.page().pageSize
        let before = try call.query["before"].map { text throws(APIError) in
            guard let id = Identifier<RoutingDecisionRecord>(text) else {
                throw .invalidValue("before", String(text.prefix(40)))
            }
            return id
        }
        let conversation = try await access.accessConversation(call)
        let found = try await engine.decisions.list(on: conversation.id, before: before, limit: size + 1)
        let page = found.prefix(size)
        let writing = DecisionWriting(
            names: WireNames(directory: engine.directory, files: files), conversation: conversation)
        let path = "/api/v2/routing/conversations/\(conversation.id)/decisions"
        let next = found.count > size ? page.last.map { "\(path)?pageSize=\(size)&before=\($0.id)" } : nil
        return try .json(
            Listing(
                conversationId: conversation.id.description,
                waiting: before == nil ? waiting(conversation, newest: page.first, writing) : nil,
                entities: page.map(writing.wire), pageSize: size, nextUri: next, selfUri: path))
    }

    /// Why it waits, as of now; where this process does not route, as it was recorded last in this round of waiting.
    private func waiting(
        _ conversation: Conversation, newest: RecordedDecision?, _ writing: DecisionWriting
    ) -> Waiting? {
        guard let round = conversation.waiting?.communication.id else { return nil }
        if let now = engine.whyWaiting(conversation.id) {
            return Waiting(live: true, date: WireDate(now.decision.at), decision: writing.wire(now))
        }
        guard let newest, newest.content.request.leg == round, newest.content.assigned == nil else { return nil }
        return Waiting(live: false, date: WireDate(newest.lastAt), decision: writing.wire(newest))
    }
}

/// The URLs of decisions; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var decisionRoutes: [Route<Principal>] {
        let access = ConversationAccess(engine: engine)
        let decisions = DecisionRoutes(engine: engine, access: access, files: media.links)
        let waiting = WaitingRoutes(engine: engine, access: access, files: media.links)
        return [
            .get(WaitingRoutes.path, "routing:conversation:view", waiting.list),
            .get(
                DecisionRoutes.path, .anyOf("conversation:communication:view", "routing:conversation:view"),
                decisions.list),
        ]
    }
}
