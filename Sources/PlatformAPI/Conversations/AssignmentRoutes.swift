import ContactCenter
import Engine
import Hummingbird

/// What people say of an interaction that waits: who shall have it, what it asks for, and which label it carries.
struct AssignmentRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess
    let names: WireNames

    static let assignOthers = ConversationAccess.actForOthers
    static let pull = "conversation:message:pull"

    // MARK: Who shall have it

    /// `ConversationUser`.
    private struct Assignee: Decodable {
        var id: String?
    }

    /// `POST …/assign`: to an agent, or to oneself, which is a pull.
    func assign(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessWaiting(call)
        guard let text = try await call.decodeBody(Assignee.self).id else { throw APIError.missing("id") }
        guard let user = UserID(text), engine.directory.find(.user, user.description)?.isActive == true else {
            throw APIError.invalidValue("id", text)
        }
        let mayAssign = try call.caller.holds(Self.assignOthers)
        guard try mayAssign || call.caller.user == user else {
            throw APIError.missingPermission(anyOf: [Self.assignOthers])
        }
        try await engine.assign(conversation.id, to: user, isPull: !mayAssign)
        return try .json("assigned", status: .accepted)
    }

    /// `GET /api/v2/routing/queues/{queueId}/waiting`, a route of ours: what its agents may take, the longest wait
    /// first.
    func waiting(_ call: Call<Principal>) async throws -> Response {
        let text = try call.parameter("queueId")
        guard let queue = QueueID(text), engine.directory.queue(queue) != nil,
            try access.isMember(of: queue, call.caller) || call.caller.holds(ConversationAccess.readOthers)
        else { throw APIError.notFound("queue", id: text) }
        return try await call.pageResponse(engine.conversations.waiting(in: queue)) { waitingWire($0) }
    }

    private func waitingWire(_ conversation: Conversation) -> JSONValue {
        let request = conversation.waiting?.routing
        var wire: JSONValue = [
            "id": .string(conversation.id.description), "mediaType": "message",
            "messageType": .string((conversation.origin?.platform ?? .unknown).rawValue),
            "priority": .integer(Int64(request?.priority ?? 0)),
            "skills": .array((request?.skills ?? []).map { names.skill($0).value }),
            "selfUri": .string("/api/v2/conversations/\(conversation.id)"),
        ]
        wire["name"] = conversation.customer?.name.map(JSONValue.string)
        wire["language"] = request?.language.map { names.language($0).value }
        wire["waitingSince"] = (conversation.waiting?.startedAt).map { .string(WireDate($0).description) }
        wire["isOffered"] = .bool(conversation.isOffered)
        return wire
    }

    // MARK: What it asks for

    /// `RoutingConversationAttributesRequest`.
    private struct Attributes: Decodable {
        struct Scored: Decodable {
            var id: String?
            var score: Int?
        }

        var priority: Int?
        var skillIds: [String]?
        var skillExpression: String?
        var languageId: String?
        var labelId: String?
        var requestScoredAgents: [Scored]?
    }

    /// `RoutingConversationAttributesResponse`.
    private struct Answer: Encodable {
        var priority: Int
        var skills: [EntityReference]
        var language: EntityReference?
        var label: EntityReference?
        var scoredAgents: [RoutingDataWire.Scored]
    }

    /// `PATCH /api/v2/routing/conversations/{conversationId}`: what is not named stays; it holds at once.
    func change(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessWaiting(call)
        let change = try change(try await call.decodeBody(Attributes.self))
        let after = try await engine.conversations.perform(.changeRouting(change), on: conversation.id)
        guard let request = after.request else { throw ConversationError.notWaiting }
        return try .json(
            Answer(
                priority: request.priority, skills: request.skills.map(names.skill),
                language: request.language.map(names.language), label: request.label.map(names.label),
                scoredAgents: request.scoredAgents.map(names.scored)))
    }

    private func change(_ asked: Attributes) throws(APIError) -> RoutingChange {
        if let expression = asked.skillExpression {
            throw .invalidValue("skillExpression", expression, allowed: "none; use skillIds")
        }
        var change = RoutingChange()
        if let priority = asked.priority {
            guard RoutingRequest.priorities.contains(priority) else {
                let bounds = RoutingRequest.priorities
                throw .invalidValue(
                    "priority", String(priority), allowed: "\(bounds.lowerBound) to \(bounds.upperBound)")
            }
            change.priority = priority
        }
        change.skills = try asked.skillIds.map { ids throws(APIError) in try skills(ids) }
        change.language = try asked.languageId.map { id throws(APIError) in
            try known(.language, id, field: "languageId", as: { SkillID($0) })
        }
        change.label = try asked.labelId.map { id throws(APIError) in try label(id, field: "labelId") }
        change.scoredAgents = try asked.requestScoredAgents.map { agents throws(APIError) in try scores(agents) }
        return change
    }

    private func skills(_ ids: [String]) throws(APIError) -> [SkillID] {
        guard ids.count <= RoutingRequest.skillsMax else {
            throw .invalidValue("skillIds", String(ids.count), allowed: "\(RoutingRequest.skillsMax) skills at most")
        }
        var found: [SkillID] = []
        for id in ids {
            let skill = try known(.skill, id, field: "skillIds", as: { SkillID($0) })
            if !found.contains(skill) { found.append(skill) }
        }
        return found
    }

    private func scores(_ agents: [Attributes.Scored]) throws(APIError) -> [ScoredAgent] {
        let field = "requestScoredAgents"
        guard agents.count <= RoutingRequest.scoredAgentsMax else {
            throw .invalidValue(
                field, String(agents.count), allowed: "\(RoutingRequest.scoredAgentsMax) agents at most")
        }
        var found: [ScoredAgent] = []
        for agent in agents {
            let user = try known(.user, agent.id ?? "", field: field + ".id", as: { UserID($0) })
            guard let score = agent.score, (0...100).contains(score) else {
                throw .invalidValue(field + ".score", agent.score.map(String.init) ?? "", allowed: "0 to 100")
            }
            guard !found.contains(where: { $0.user == user }) else {
                throw .invalidValue(field + ".id", user.description, allowed: "each agent once")
            }
            found.append(ScoredAgent(user: user, score: score))
        }
        return found
    }

    private func label(_ id: String, field: String) throws(APIError) -> LabelID {
        try known(.utilizationLabel, id, field: field, as: { LabelID($0) })
    }

    private func known<ID>(
        _ kind: EntityKind, _ text: String, field: String, as read: (String) -> ID?
    ) throws(APIError) -> ID where ID: CustomStringConvertible {
        guard let id = read(text), engine.directory.find(kind, id.description) != nil else {
            throw .invalidValue(field, text)
        }
        return id
    }

    // MARK: Its label

    /// `ConversationUtilizationLabelUpdate`.
    private struct LabelUpdate: Decodable {
        var utilizationLabelId: String?
    }

    /// `PATCH …/utilizationlabel`: also of what somebody has in hand; without an id the label goes.
    func setLabel(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        let update = try await call.decodeBody(LabelUpdate.self)
        let text = update.utilizationLabelId.flatMap { $0.isEmpty ? nil : $0 }
        let found = try text.map { id throws(APIError) in try label(id, field: "utilizationLabelId") }
        try await engine.conversations.perform(.setLabel(found), on: conversation.id)
        return try .json("updated", status: .accepted)
    }
}

extension EntityReference {
    fileprivate var value: JSONValue {
        var value: JSONValue = ["id": .string(id)]
        value["name"] = name.map(JSONValue.string)
        value["selfUri"] = selfUri.map(JSONValue.string)
        return value
    }
}

extension PlatformAPI {
    var assignmentRoutes: [Route<Principal>] {
        let access = ConversationAccess(engine: engine)
        let assignments = AssignmentRoutes(
            engine: engine, access: access, names: WireNames(directory: engine.directory, files: media.links))
        let conversation = "/api/v2/conversations/{conversationId}"
        return [
            .post(
                conversation + "/assign", .anyOf(AssignmentRoutes.pull, AssignmentRoutes.assignOthers),
                assignments.assign),
            .patch(conversation + "/utilizationlabel", "conversation:utilizationLabel:edit", assignments.setLabel),
            .patch(
                "/api/v2/routing/conversations/{conversationId}", "routing:conversation:edit", assignments.change),
            .get(
                QueueRoutes.path + "/{queueId}/waiting",
                .anyOf(AssignmentRoutes.pull, ConversationAccess.readOthers), assignments.waiting),
        ]
    }
}
