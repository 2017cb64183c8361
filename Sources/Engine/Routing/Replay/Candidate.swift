import ContactCenter

/// A configuration that might be: what it changes of the one that was, in the field names of the API.
public struct Candidate: Sendable {
    /// One change of a row.
    enum Edit: Sendable {
        /// These fields instead of those that the row has.
        case merge(EntityKind, id: String, fields: JSONValue)
        case put(EntityKind, id: String, name: String?, body: JSONValue)
        case remove(EntityKind, id: String)

        var key: (kind: EntityKind, id: String) {
            switch self {
            case .merge(let kind, let id, _), .put(let kind, let id, _, _), .remove(let kind, let id): (kind, id)
            }
        }
    }

    /// What it is called in the answer.
    public let name: String
    var edits: [Edit] = []
    /// Agents who were not there, and after whom each is modelled: skills, queues, hours, habits.
    var models: [UserID: UserID] = [:]

    /// The configuration that was.
    public static let unchanged = Candidate(name: "unchanged")

    init(name: String) { self.name = name }

    /// How many queues, people and rows it touches.
    public var changesCount: Int { edits.count }

    /// Puts the changes over a configuration; over one row of it, if given.
    func apply(to directory: Directory, only row: (kind: EntityKind, id: String)? = nil) {
        for edit in edits {
            if let row, row != edit.key { continue }
            switch edit {
            case .merge(let kind, let id, let fields):
                guard var entity = directory.find(kind, id) else { continue }
                entity.body = entity.body.merged(with: fields)
                directory.place(entity)
            case .put(let kind, let id, let name, let body):
                directory.place(
                    Entity(
                        kind: kind, id: id, name: name, version: .max, createdAt: Instant(milliseconds: 0),
                        modifiedAt: Instant(milliseconds: 0), body: body))
            case .remove(let kind, let id): directory.withdraw(kind, id)
            }
        }
    }

    /// Whose habits an agent has.
    func habit(of user: UserID) -> UserID { models[user] ?? user }

    /// When agents are on queue: as recorded, and new ones like those after whom they are modelled.
    func readiness(_ traffic: RecordedTraffic) -> [RecordedReadiness] {
        guard !models.isEmpty else { return traffic.readiness }
        let followers = Dictionary(grouping: models.keys.sorted()) { models[$0] ?? $0 }
        return traffic.readiness.flatMap { change -> [RecordedReadiness] in
            guard case .onQueue = change.change, let copies = followers[change.user] else { return [change] }
            return [change] + copies.map { RecordedReadiness(user: $0, at: change.at, change: change.change) }
        }
    }
}

extension JSONValue {
    /// With the members of another object over one's own, objects within objects alike; lists are replaced.
    public func merged(with other: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let changes) = other else { return other }
        for (key, value) in changes { members[key] = members[key]?.merged(with: value) ?? value }
        return .object(members)
    }
}
