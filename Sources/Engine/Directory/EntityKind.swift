import ContactCenter

/// The kinds of configuration; raw values are stored.
public enum EntityKind: String, Sendable, CaseIterable {
    case organization, division, role, user, queue, skill, language, wrapupCode, presenceDefinition, oauthClient
    /// id `<queue>/<user>`; body `{joined, ringNumber}`.
    case queueMember
    /// id `<queue>/<user>`; body `{joined}`: what a person who belongs to a queue by a group alone said last.
    case queueGroupMember
    /// id `<queue>/<code>`.
    case queueWrapupCode
    /// id `<user>/<skill>`; body `{proficiency, state}`.
    case userSkill
    /// id `<user>/<language>`; body `{proficiency, state}`.
    case userLanguage
    case openIntegration, recipient, messagingSetting, supportedContent
    case webDeployment, webDeploymentConfiguration, entryPoint
    case routingSettings, utilization, utilizationLabel, skillGroup
    /// Where what is sent to an agent waits; the id is the agent's.
    case directRoutingBackup
    /// People who were chosen by hand.
    case group, team
    /// id `<group>/<user>`, and `<team>/<user>`; an empty body.
    case groupMember, teamMember
    case schedule, scheduleGroup, emergencyGroup
    /// What routing learnt. The id of a model is `<predictor>/<number>`; body `{report, model?}`.
    case predictor, predictorModel
    /// What the contact centre works with beside messaging, and its secrets.
    case integration, credential

    /// Whether the log keeps each version of a row: what routing went by must be known when recorded traffic is gone
    /// through again. Nothing that is secret is among them.
    var isRemembered: Bool {
        switch self {
        case .queue, .queueMember, .queueGroupMember, .userSkill, .userLanguage, .utilization, .skillGroup, .group,
            .groupMember, .teamMember, .schedule, .scheduleGroup, .emergencyGroup:
            true
        default: false
        }
    }
}

/// A row of configuration as the engine and the API read it.
public struct Entity: Sendable, Hashable {
    public var kind: EntityKind
    public var id: String
    public var name: String?
    public var version: Int64
    public var createdAt: Instant
    public var modifiedAt: Instant
    /// The fields of the API; `id`, `name`, `version` and dates are not repeated in it.
    public var body: JSONValue
}
