import ContactCenter
import Engine

/// How one entity names another: `{id, name?, selfUri?}`.
struct EntityReference: Encodable, Sendable, Hashable {
    var id: String
    var name: String?
    var selfUri: String?

    static func user(_ id: UserID, name: String?) -> EntityReference {
        EntityReference(id: id.description, name: name, selfUri: "/api/v2/users/\(id)")
    }

    static func queue(_ id: QueueID, name: String?) -> EntityReference {
        EntityReference(id: id.description, name: name, selfUri: "/api/v2/routing/queues/\(id)")
    }

    static func skill(_ id: SkillID, name: String?) -> EntityReference {
        EntityReference(id: id.description, name: name, selfUri: "/api/v2/routing/skills/\(id)")
    }

    static func language(_ id: SkillID, name: String?) -> EntityReference {
        EntityReference(id: id.description, name: name, selfUri: "/api/v2/routing/languages/\(id)")
    }

    static func contact(_ id: ContactID, name: String?) -> EntityReference {
        EntityReference(id: id.description, name: name, selfUri: "/api/v2/externalcontacts/contacts/\(id)")
    }

    static func division(_ id: String, name: String?) -> EntityReference {
        EntityReference(id: id, name: name, selfUri: "/api/v2/authorization/divisions/\(id)")
    }
}

/// An address of a leg (`Address`, reference E.1).
struct AddressWire: Encodable, Sendable {
    var name: String?
    var nameRaw: String?
    var addressNormalized: String
    var addressRaw: String
    var addressDisplayable: String

    init(_ address: String, name: String?) {
        self.name = name
        nameRaw = name
        addressNormalized = address
        addressRaw = address
        addressDisplayable = Self.displayable(address)
    }
}

extension AddressWire {
    /// Longer addresses are opaque (a guest's is a hash), and nobody reads them to the end.
    private static let displayableLengthMax = 40

    private static func displayable(_ address: String) -> String {
        address.count > displayableLengthMax ? "\(address.prefix(8))…" : address
    }
}

/// The divisions of a conversation with the entities that put it there.
struct DivisionMembership: Encodable, Sendable {
    var division: EntityReference
    var entities: [EntityReference] = []
}

/// What a queue asked of the router for a conversation.
struct RoutingDataWire: Encodable, Sendable {
    struct Scored: Encodable, Sendable {
        var agent: EntityReference
        var score: Int
    }

    var queue: EntityReference?
    var language: EntityReference?
    var priority: Int
    var skills: [EntityReference]
    var scoredAgents: [Scored] = []
    var label: String?
}

extension WrapupPolicy.Prompt {
    /// How a participant shows it, which is not how a queue has it (reference E.4).
    var wireName: String {
        switch self {
        case .optional: "optional"
        case .mandatory: "mandatory"
        case .mandatoryTimeout: "timeout"
        case .mandatoryForcedTimeout: "forcedTimeout"
        case .agentRequested: "agentRequested"
        }
    }
}

/// A wrap-up as the wire shows it.
struct WrapupWire: Encodable, Sendable {
    var code: String
    var name: String?
    var notes: String?
    var tags: [String]?
    var durationSeconds: Int64?
    var endTime: WireDate?

    init(_ wrapup: Wrapup) {
        code = wrapup.code
        name = wrapup.name
        notes = wrapup.notes
        tags = wrapup.tags
        durationSeconds = wrapup.durationSeconds
        endTime = wrapup.endedAt.map(WireDate.init)
    }
}

/// The names that a conversation's ids have now. A conversation keeps ids; names are looked up when it is shown.
struct WireNames: Sendable {
    let directory: Directory
    /// The links to files, which are made anew with each showing, too.
    let files: FileLinks

    func queue(_ id: QueueID) -> EntityReference {
        .queue(id, name: directory.find(.queue, id.description)?.name)
    }

    func user(_ id: UserID, fallback: String?) -> EntityReference {
        .user(id, name: directory.userName(id) ?? fallback)
    }

    func skill(_ id: SkillID) -> EntityReference {
        .skill(id, name: directory.find(.skill, id.description)?.name)
    }

    func language(_ id: SkillID) -> EntityReference {
        .language(id, name: directory.find(.language, id.description)?.name)
    }

    func label(_ id: LabelID) -> EntityReference {
        EntityReference(
            id: id.description, name: directory.find(.utilizationLabel, id.description)?.name,
            selfUri: "/api/v2/routing/utilization/labels/\(id)")
    }

    func scored(_ agent: ScoredAgent) -> RoutingDataWire.Scored {
        .init(agent: user(agent.user, fallback: nil), score: agent.score)
    }

    func integration(_ id: IntegrationID) -> String? {
        directory.find(.openIntegration, id.description)?.name ?? directory.find(.webDeployment, id.description)?.name
    }

    func routing(_ participant: Participant) -> RoutingDataWire? {
        guard let routing = participant.routing else {
            return participant.queue.map { RoutingDataWire(queue: queue($0), priority: 0, skills: []) }
        }
        return RoutingDataWire(
            queue: queue(routing.queue), language: routing.language.map(language), priority: routing.priority,
            skills: routing.skills.map(skill), scoredAgents: routing.scoredAgents.map(scored),
            label: routing.label?.description)
    }

    /// The home division, in which everything lives until divisions are configured.
    var homeDivision: EntityReference? {
        let divisions = directory.list(.division)
        let home = divisions.first { $0.body["homeDivision"]?.bool == true } ?? divisions.first
        return home.map { .division($0.id, name: $0.name) }
    }

    var divisions: [DivisionMembership] { homeDivision.map { [DivisionMembership(division: $0)] } ?? [] }
}
