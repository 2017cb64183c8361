import ContactCenter

/// Who takes part in which queue, as it was shown last: rows of queues, groups and skills do not say who came or left.
struct QueueUsers {
    private var shown: [UserID: [QueueID: Bool]] = [:]

    /// A person's place in a queue that is another one now.
    struct Change: Hashable {
        let user: UserID
        let queue: QueueID
        let isJoined: Bool
    }

    /// Takes what is so now as shown.
    mutating func start(_ directory: Directory) {
        for user in directory.list(.user).compactMap({ UserID($0.id) }) { shown[user] = Self.present(user, directory) }
    }

    /// What a row's change has changed for people, and takes it as shown.
    mutating func changes(after change: ConfigurationChange, _ directory: Directory) -> [Change] {
        concerned(by: change, directory).flatMap { user -> [Change] in
            let before = shown[user] ?? [:]
            let now = Self.present(user, directory)
            guard before != now else { return [] }
            shown[user] = now.isEmpty ? nil : now
            return Set(before.keys).union(now.keys).sorted().filter { before[$0] != now[$0] }
                .map { Change(user: user, queue: $0, isJoined: now[$0] ?? false) }
        }
    }

    private func concerned(by change: ConfigurationChange, _ directory: Directory) -> [UserID] {
        let halves = change.id.split(separator: "/")
        switch EntityKind(rawValue: change.kind) {
        case .queueMember, .queueGroupMember, .groupMember, .teamMember:
            return halves.last.flatMap { UserID($0) }.map { [$0] } ?? []
        case .userSkill, .userLanguage, .user: return halves.first.flatMap { UserID($0) }.map { [$0] } ?? []
        case .queue, .skillGroup, .group:
            return Set(shown.keys).union(directory.list(.user).compactMap { UserID($0.id) }).sorted()
        default: return []
        }
    }

    private static func present(_ user: UserID, _ directory: Directory) -> [QueueID: Bool] {
        Dictionary(
            directory.queueMemberships(of: user).map { ($0.queue, $0.isJoined) }, uniquingKeysWith: { $1 })
    }
}
