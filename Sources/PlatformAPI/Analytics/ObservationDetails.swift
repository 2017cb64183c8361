import ContactCenter
import Engine

/// The single observations behind a count (`ObservationValue`, reference I.3), as `detailMetrics` asks for them.
struct ObservationDetails: Sendable {
    let engine: Engine
    let offline: String

    /// Observations of one metric that are shown; `truncated` says that there are more.
    static let valuesMax = 100

    /// Adds to each metric that is asked for in detail what it counts in a queue's medium.
    func adding(
        to data: [JSONValue], _ asked: Set<String>, of queue: QueueID, _ media: MediaType
    ) async throws -> [JSONValue] {
        var detailed = data
        for (index, metric) in data.enumerated() {
            guard let name = metric["metric"]?.string, asked.contains(name), let state = Self.states[name] else {
                continue
            }
            let found = engine.observations.interactions(state, of: queue, media, limit: Self.valuesMax + 1)
            var values: [JSONValue] = []
            for interaction in found.prefix(Self.valuesMax) { values.append(try await value(interaction)) }
            detailed[index]["observations"] = .array(values)
            detailed[index]["truncated"] = .bool(found.count > Self.valuesMax)
        }
        return detailed
    }

    /// The same for a queue's people.
    func adding(to data: [JSONValue], _ asked: Set<String>, peopleOf queue: QueueID) async throws -> [JSONValue] {
        guard !asked.isDisjoint(with: ObservationMetric.ofPeople) else { return data }
        var states: [(state: AgentState, isActive: Bool)] = []
        for membership in engine.directory.memberships(in: queue) {
            states.append((try await engine.agents.state(of: membership.user), membership.isJoined))
        }
        return data.map { metric in
            guard let name = metric["metric"]?.string, asked.contains(name) else { return metric }
            let qualifier = metric["qualifier"]?.string
            let found = states.filter { counts($0.state, $0.isActive, as: name, qualifier) }
            var detailed = metric
            detailed["observations"] = .array(found.prefix(Self.valuesMax).map { Self.value($0.state, name) })
            detailed["truncated"] = .bool(found.count > Self.valuesMax)
            return detailed
        }
    }

    private static let states: [String: ObservedState] = [
        "oWaiting": .waiting, "oAlerting": .alerting, "oInteracting": .interacting,
    ]

    private func counts(_ state: AgentState, _ isActive: Bool, as metric: String, _ qualifier: String?) -> Bool {
        if metric == "oMemberUsers" { return true }
        guard isActive else { return false }
        switch metric {
        case "oOnQueueUsers": return state.routingStatus != .offQueue
        case "oOffQueueUsers": return state.routingStatus == .offQueue
        case "oUserPresences": return (state.presenceDefinition ?? offline) == qualifier
        case "oUserRoutingStatuses": return state.routingStatus.rawValue == qualifier
        default: return true
        }
    }

    private static func value(_ state: AgentState, _ metric: String) -> JSONValue {
        let since = metric == "oUserPresences" ? state.presenceAt : state.routingStatusAt ?? state.presenceAt
        var value: JSONValue = ["userId": .string(state.user.description)]
        value["observationDate"] = since.map { .string(WireDate($0).description) }
        return value
    }

    private func value(_ interaction: ObservedInteraction) async throws -> JSONValue {
        let conversation = try await engine.conversations.find(interaction.conversation)
        let routing = (conversation.participant(having: interaction.leg)?.routing ?? conversation.lastRouting)
        var value: JSONValue = [
            "observationDate": .string(WireDate(interaction.since).description),
            "conversationId": .string(interaction.conversation.description),
            "sessionId": .string(interaction.leg.description), "direction": "inbound",
            "requestedRoutingSkillIds": .array((routing?.skills ?? []).map { .string($0.description) }),
            "routingPriority": .integer(Int64(routing?.priority ?? 0)),
        ]
        value["userId"] = interaction.user.map { .string($0.description) }
        value["participantName"] = conversation.customer?.name.map(JSONValue.string)
        value["addressFrom"] = conversation.origin.map { .string($0.address) }
        return value
    }
}

extension Conversation {
    /// What was asked of routing last.
    fileprivate var lastRouting: RoutingRequest? { participants.last { $0.routing != nil }?.routing }
}
