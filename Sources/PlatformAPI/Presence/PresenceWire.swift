import ContactCenter

/// The presence of a person (`UserPresence`; on the socket `PresenceEventUserPresence`).
struct UserPresenceWire: Encodable, Sendable {
    struct Definition: Encodable, Sendable {
        var id: String
        var systemPresence: String
        var selfUri: String?
    }

    var id: String?
    var source = "PURECLOUD"
    var sourceId: String?
    var primary = true
    var presenceDefinition: Definition
    var message: String
    var modifiedDate: WireDate?
    var selfUri: String?

    /// - Parameter offline: the id of the definition for who was never here.
    init(_ state: AgentState, offline: String, flavour: WireFlavour = .rest) {
        let definition = state.presenceDefinition ?? offline
        presenceDefinition = Definition(
            id: definition, systemPresence: state.systemPresence.constantName,
            selfUri: "/api/v2/presence/definitions/\(definition)")
        message = state.presenceMessage ?? ""
        modifiedDate = state.presenceAt.map(WireDate.init)
        if flavour == .rest {
            id = state.user.description
            sourceId = "purecloud"
            selfUri = "/api/v2/users/\(state.user)/presences/purecloud"
        }
    }
}

/// The routing status of a person (`RoutingStatus`).
struct RoutingStatusWire: Encodable, Sendable {
    var userId: String?
    var status: String
    var startTime: WireDate?

    init(_ state: AgentState, flavour: WireFlavour = .rest) {
        userId = flavour == .rest ? state.user.description : nil
        status = state.routingStatus.rawValue
        startTime = state.routingStatusAt.map(WireDate.init)
    }
}

/// The body of `v2.users.{id}.routingStatus` (`UserRoutingStatusUserRoutingStatus`).
struct RoutingStatusEventWire: Encodable, Sendable {
    var id: String
    var routingStatus: RoutingStatusWire

    init(_ state: AgentState) {
        id = state.user.description
        routingStatus = RoutingStatusWire(state, flavour: .event)
    }
}

/// The body of `v2.users.{id}.activity` (`AgentActivityChangedTopicAgentActivity`).
struct AgentActivityWire: Encodable, Sendable {
    struct Presence: Encodable, Sendable {
        var presenceDefinition: UserPresenceWire.Definition
        var presenceMessage: String
        var modifiedDate: WireDate?
    }

    var id: String
    var routingStatus: RoutingStatusWire
    var presence: Presence
    var activeQueueIds: [String]

    init(_ state: AgentState, offline: String, activeQueues: [QueueID]) {
        let wire = UserPresenceWire(state, offline: offline, flavour: .event)
        id = state.user.description
        routingStatus = RoutingStatusWire(state, flavour: .event)
        presence = Presence(
            presenceDefinition: wire.presenceDefinition, presenceMessage: wire.message, modifiedDate: wire.modifiedDate)
        activeQueueIds = activeQueues.map(\.description)
    }
}

/// The body of `v2.routing.queues.{id}.users` (`QueueUserEventTopicQueueMember`).
struct QueueMemberEventWire: Encodable, Sendable {
    var id: String
    var user: EntityReference
    var queueId: String
    var joined: Bool

    init(queue: QueueID, user: UserID, joined: Bool) {
        id = user.description
        self.user = EntityReference(id: user.description)
        queueId = queue.description
        self.joined = joined
    }
}

extension SystemPresence {
    /// The presence as `systemPresence` writes it in references: `ON_QUEUE`.
    var constantName: String { rawValue.uppercased().replacing(" ", with: "_") }

    /// The presence as the newer definitions write it: `OnQueue`.
    var joinedName: String { rawValue.replacing(" ", with: "") }
}
