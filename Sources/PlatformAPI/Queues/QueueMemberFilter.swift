import ContactCenter
import Engine

/// Which of a queue's members a list shows: the query of `…/queues/{queueId}/members`. Texts match anywhere, without
/// regard to case; of several values of one item any will do, and all items must.
struct QueueMemberFilter {
    private let engine: Engine
    private let joined: Bool?
    private let memberBy: QueueMembership.Way?
    private let name: String
    private let profileSkills, skills, languages, statuses, presences: [String]

    init(_ query: QueryItems, _ engine: Engine) throws(APIError) {
        self.engine = engine
        joined = try query.flag("joined")
        let way = query["memberBy"].flatMap { $0.isEmpty ? nil : $0.lowercased() }
        memberBy = way.flatMap(QueueMembership.Way.init(rawValue:))
        guard way == nil || memberBy != nil else {
            throw .invalidValue("memberBy", way ?? "", allowed: "user, group")
        }
        name = (query["name"] ?? "").lowercased().trimmingCharacters(in: ["*"])
        profileSkills = query.list("profileSkills").map { $0.lowercased() }
        skills = query.list("skills").map { $0.lowercased() }
        languages = query.list("languages").map { $0.lowercased() }
        statuses = query.list("routingStatus").map { $0.lowercased() }
        presences = query.list("presence").map(Self.plain)
    }

    func matches(_ member: QueueMemberRoutes.Member) async throws -> Bool {
        guard joined == nil || joined == member.membership.isJoined,
            memberBy == nil || memberBy == member.membership.memberBy,
            name.isEmpty || member.user.name?.lowercased().contains(name) == true,
            Self.any(profileSkills, of: member.user.body["profileSkills"]?.array?.compactMap(\.string) ?? []),
            Self.any(skills, of: names(.userSkill, .skill, member.user)),
            Self.any(languages, of: names(.userLanguage, .language, member.user))
        else { return false }
        guard !statuses.isEmpty || !presences.isEmpty else { return true }
        let state = try await engine.agents.state(of: member.membership.user)
        return (statuses.isEmpty || statuses.contains(state.routingStatus.rawValue.lowercased()))
            && (presences.isEmpty || presences.contains(Self.plain(state.systemPresence.rawValue)))
    }

    /// `ON_QUEUE` and `On Queue` are the same.
    private static func plain(_ text: String) -> String { text.lowercased().filter { $0 != " " && $0 != "_" } }

    private static func any(_ wanted: [String], of names: [String]) -> Bool {
        wanted.isEmpty || names.contains { name in wanted.contains { name.lowercased().contains($0) } }
    }

    private func names(_ relation: EntityKind, _ kind: EntityKind, _ user: Entity) -> [String] {
        guard !skills.isEmpty || !languages.isEmpty else { return [] }
        return engine.directory.children(relation, of: user.id).compactMap { row in
            row.id.split(separator: "/").last.flatMap { engine.directory.find(kind, String($0))?.name }
        }
    }
}
