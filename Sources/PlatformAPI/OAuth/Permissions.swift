/// What a caller may do: permissions `domain:entity:action`, each part a word or `*` for all.
public struct PermissionSet: Sendable, Hashable {
    private let exact: Set<String>
    private let patterns: [[Substring]]

    /// The permissions given; a pattern of fewer parts than three covers what begins with it (`*` is everything).
    public init(_ permissions: some Sequence<String>) {
        var exact: Set<String> = []
        var patterns: Set<[Substring]> = []
        for permission in permissions {
            let parts = permission.split(separator: ":")
            if parts.count == 3, !parts.contains("*") { exact.insert(permission) } else { patterns.insert(parts) }
        }
        self.exact = exact
        self.patterns = Array(patterns)
    }

    /// The permissions of roles together; an unknown role grants nothing.
    public init(roles: [String]) {
        self.init(roles.compactMap(Role.init(rawValue:)).flatMap(\.permissions))
    }

    /// Whether the permission is among these.
    public func holds(_ permission: String) -> Bool {
        if exact.contains(permission) { return true }
        guard !patterns.isEmpty else { return false }
        let parts = permission.split(separator: ":")
        return patterns.contains { pattern in
            pattern.count <= parts.count && zip(pattern, parts).allSatisfy { $0 == "*" || $0 == $1 }
                && (pattern.count == parts.count || pattern.last == "*")
        }
    }

    /// All of them as text, sorted; what `expand=authorization` shows.
    public var listed: [String] { (Array(exact) + patterns.map { $0.joined(separator: ":") }).sorted() }
}

/// The roles of this version. What a role may do is data, so that roles which people make can stand beside these.
public enum Role: String, Sendable, CaseIterable {
    case agent, supervisor, admin

    /// What the role may do.
    public var permissions: [String] {
        switch self {
        case .agent: Self.agentPermissions
        case .supervisor: Self.agentPermissions + Self.supervisorPermissions
        case .admin: ["*"]
        }
    }

    private static let agentPermissions = [
        "conversation:communication:view", "conversation:communication:disconnect",
        "conversation:communication:blindTransfer", "conversation:communication:blindTransferAgent",
        "conversation:communication:blindTransferQueue", "conversation:message:view", "conversation:message:create",
        "conversation:message:park", "conversation:message:pull", "conversation:messageMedia:view",
        "conversation:participant:wrapup",
        "conversation:webmessaging:view", "conversation:webmessaging:create", "analytics:conversationDetail:view",
        "journey:session:view", "journey:event:view",
        "presence:presenceDefinition:view", "routing:queue:view", "routing:queue:search", "routing:queue:join",
        "routing:skill:view", "routing:wrapupCode:view", "routing:wrapupCode:search", "routing:utilization:view",
    ]

    /// `conversation:message:monitor` opens conversations of others for reading, `conversation:message:assign` for
    /// acting in them.
    private static let supervisorPermissions = [
        "conversation:message:monitor", "conversation:message:assign", "conversation:utilizationLabel:edit",
        "analytics:*:view", "presence:userPresence:edit", "routing:queueMember:manage", "routing:skill:assign",
        "routing:language:assign", "routing:skillGroup:view", "groups:team:view", "routing:utilization:manage",
        "routing:directRoutingBackup:*", "routing:conversation:view", "routing:conversation:edit",
        "oauth:token:delete", "notifications:*:*",
    ]
}
