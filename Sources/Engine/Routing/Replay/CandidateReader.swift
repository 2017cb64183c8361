import ContactCenter

extension Candidate {
    /// The most of anything that a candidate lists.
    static let entriesMax = 10_000

    /// Reads a candidate as it is written: `queues`, `users`, `utilization`, `agents`. Queues and people are named by
    /// id or name. A field or a name that is not known is refused, with its place.
    /// - Parameter check: what the settings of a queue must be.
    public init(
        _ text: JSONValue, name: String, over traffic: RecordedTraffic, checking check: @escaping QueueSettingsCheck
    ) throws(ReplayError) {
        let rows = traffic.configuration.known + traffic.configuration.learnt
        var reader = CandidateReader(directory: Directory(of: rows), check: check)
        try reader.read(text)
        self.init(name: text["name"]?.string ?? name)
        edits = reader.edits
        models = reader.models
    }
}

/// Holds changes of a queue's settings, laid over what the queue has, to what the API holds them to.
public typealias QueueSettingsCheck =
    @Sendable (
        _ changes: JSONValue, _ earlier: Entity, _ directory: Directory
    ) throws(QueueSettingsRefusal) -> Void

/// Why a queue's settings are not taken.
public struct QueueSettingsRefusal: Error, Sendable {
    /// The path of the member within the queue.
    public let field: String
    public let reason: String

    /// A refusal.
    public init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }
}

/// Turns a candidate's text into changes of rows.
struct CandidateReader {
    let directory: Directory
    let check: QueueSettingsCheck
    var edits: [Candidate.Edit] = []
    /// Queues that the recorded predictors rank for no longer.
    var unpredicted: Set<String> = []
    private(set) var models: [UserID: UserID] = [:]
    /// The rows that the candidate adds, in its order.
    var added: [Entity] = []
    /// Which of them something else of the candidate names.
    var namedIDs: Set<String> = []
    /// People of one name that a refusal lists.
    private static let namesakesMax = 5

    /// The settings of a queue that routing goes by, in the API's names.
    private static let queueFields = [
        "skillEvaluationMethod", "scoringMethod", "bullseye", "routingRules", "conditionalGroupRouting",
        "conditionalGroupActivation", "messageHandling", "lastAgentRoutingMode", "lastAgentWaitSeconds",
        "agentSelectionMethod", "directRouting", "mediaSettings", "memberGroups", "agentOwnedRouting", "acwSettings",
        "inQueue",
    ]

    init(directory: Directory, check: @escaping QueueSettingsCheck) {
        self.directory = directory
        self.check = check
    }

    mutating func read(_ text: JSONValue) throws(ReplayError) {
        let top = try members(
            text, "", allowed: ["name", "queues", "users", "utilization", "agents"] + Self.hoursFields)
        try readHours(top)
        for (name, body) in try entries(top["queues"], "queues") { try readQueue(name, body) }
        try checkAdded()
        settlePredictions()
        for (name, body) in try entries(top["users"], "users") {
            let user = try id(of: name, .user, "users")
            try readPerson(user, body, "users.\(name)")
        }
        if let utilization = top["utilization"] {
            try readUtilization(utilization, of: "organization", "utilization")
        }
        try readAgents(top["agents"])
    }

    // MARK: Queues

    private mutating func readQueue(_ name: String, _ body: JSONValue) throws(ReplayError) {
        let path = "queues.\(name)"
        let queue = try id(of: name, .queue, "queues")
        var fields = try members(body, path, allowed: Self.queueFields + ["members", "predictiveRouting"])
        let people = fields.removeValue(forKey: "members")
        if let value = fields.removeValue(forKey: "predictiveRouting") {
            try readPrediction(of: queue, value, path + ".predictiveRouting")
        }
        if let settings = fields["inQueue"] { fields["inQueue"] = try readInQueue(settings, path + ".inQueue") }
        if !fields.isEmpty, let earlier = directory.find(.queue, queue) {
            do { try check(.object(fields), earlier, directory) } catch {
                throw .candidate(path: "\(path).\(error.field)", reason: error.reason)
            }
            edits.append(.merge(.queue, id: queue, fields: .object(fields)))
        }
        for (person, body) in try entries(people, "\(path).members") {
            let user = try id(of: person, .user, "\(path).members")
            try readMembership(queue, user, body, "\(path).members.\(person)")
        }
    }

    private mutating func readMembership(
        _ queue: String, _ user: String, _ body: JSONValue, _ path: String
    ) throws(ReplayError) {
        guard body != .null else { return edits.append(.remove(.queueMember, id: "\(queue)/\(user)")) }
        let fields = try members(body, path, allowed: ["joined", "ringNumber"])
        if let ring = fields["ringNumber"] {
            guard let number = ring.integer, (1...6).contains(number) else {
                throw .candidate(path: path + ".ringNumber", reason: "a whole number from 1 to 6 is expected")
            }
        }
        let row: JSONValue = .object(fields.merging(["joined": .bool(fields["joined"]?.bool ?? true)]) { $1 })
        edits.append(.put(.queueMember, id: "\(queue)/\(user)", name: nil, body: row))
    }

    // MARK: People

    private mutating func readPerson(_ user: String, _ body: JSONValue, _ path: String) throws(ReplayError) {
        let fields = try members(body, path, allowed: ["queues", "skills", "languages", "utilization"])
        for (name, body) in try entries(fields["queues"], path + ".queues") {
            let queue = try id(of: name, .queue, path + ".queues")
            try readMembership(queue, user, body, "\(path).queues.\(name)")
        }
        for (field, kind, of) in [
            ("skills", EntityKind.userSkill, EntityKind.skill), ("languages", .userLanguage, .language),
        ] {
            for (name, value) in try entries(fields[field], "\(path).\(field)") {
                let row = "\(user)/\(try id(of: name, of, "\(path).\(field)"))"
                if value == .null {
                    edits.append(.remove(kind, id: row))
                } else if let proficiency = value.double, (0...5).contains(proficiency) {
                    let body: JSONValue = ["proficiency": .number(proficiency), "state": "active"]
                    edits.append(.put(kind, id: row, name: nil, body: body))
                } else {
                    throw .candidate(
                        path: "\(path).\(field).\(name)", reason: "a proficiency from 0 to 5, or null, is expected")
                }
            }
        }
        if let utilization = fields["utilization"] {
            try readUtilization(utilization, of: user, path + ".utilization")
        }
    }

    private mutating func readUtilization(
        _ body: JSONValue, of owner: String, _ path: String
    ) throws(ReplayError) {
        let media = try members(body, path, allowed: MediaType.allCases.map(\.rawValue))
        for (name, limit) in media {
            let place = "\(path).\(name)"
            let fields = try members(limit, place, allowed: ["maximumCapacity", "interruptableMediaTypes"])
            guard let most = fields["maximumCapacity"]?.integer, (0...25).contains(most) else {
                throw .candidate(path: place + ".maximumCapacity", reason: "a whole number from 0 to 25 is expected")
            }
        }
        let row: JSONValue = ["utilization": .object(media)]
        if directory.find(.utilization, owner) != nil {
            edits.append(.merge(.utilization, id: owner, fields: row))
        } else {
            edits.append(.put(.utilization, id: owner, name: nil, body: row))
        }
    }

    // MARK: More agents

    private mutating func readAgents(_ list: JSONValue?) throws(ReplayError) {
        guard let list, list != .null else { return }
        guard let agents = list.array, agents.count <= Candidate.entriesMax else {
            throw .candidate(path: "agents", reason: "a list of at most \(Candidate.entriesMax) is expected")
        }
        for (index, body) in agents.enumerated() {
            let path = "agents[\(index)]"
            var fields = try members(
                body, path, allowed: ["name", "like", "queues", "skills", "languages", "utilization"])
            guard let like = fields.removeValue(forKey: "like")?.string else {
                throw .candidate(path: path + ".like", reason: "an agent is expected after whom this one is modelled")
            }
            let model = try id(of: like, .user, path + ".like")
            let name = fields.removeValue(forKey: "name")?.string ?? "\(like) \(index + 2)"
            let user = UserID(high: 0xE0, low: UInt64(index))
            models[user] = UserID(model)
            edits.append(.put(.user, id: user.description, name: name, body: [:]))
            copyRows(of: model, to: user.description)
            try readPerson(user.description, .object(fields), path)
        }
    }

    private mutating func copyRows(of model: String, to user: String) {
        for row in directory.parents(.queueMember, of: model) {
            guard let queue = row.id.split(separator: "/").first else { continue }
            edits.append(.put(.queueMember, id: "\(queue)/\(user)", name: nil, body: row.body))
        }
        for kind in [EntityKind.userSkill, .userLanguage] {
            for row in directory.children(kind, of: model) {
                guard let skill = row.id.split(separator: "/").last else { continue }
                edits.append(.put(kind, id: "\(user)/\(skill)", name: nil, body: row.body))
            }
        }
        if let row = directory.find(.utilization, model) {
            edits.append(.put(.utilization, id: user, name: nil, body: row.body))
        }
    }

    // MARK: Reading

    /// The members of an object, all of which must be known.
    func members(
        _ value: JSONValue, _ path: String, allowed: [String]
    ) throws(ReplayError) -> [String: JSONValue] {
        if value == .null { return [:] }
        let place = path.isEmpty ? "the candidate" : path
        guard let members = value.object else { throw .candidate(path: place, reason: "fields are expected") }
        for name in members.keys.sorted() where !allowed.contains(name) {
            throw .candidate(
                path: path.isEmpty ? name : "\(path).\(name)",
                reason: "not known here; known are \(allowed.joined(separator: ", "))")
        }
        return members
    }

    /// What an object lists by name, in the order of the names.
    func entries(_ value: JSONValue?, _ path: String) throws(ReplayError) -> [(String, JSONValue)] {
        guard let value, value != .null else { return [] }
        guard let members = value.object, members.count <= Candidate.entriesMax else {
            throw .candidate(path: path, reason: "names with what is changed of each are expected")
        }
        return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The id of what is named by id or name.
    func id(of name: String, _ kind: EntityKind, _ path: String) throws(ReplayError) -> String {
        if let found = directory.find(kind, name.lowercased()) { return found.id }
        let key = DirectoryTables.nameKey(name)
        let named = directory.list(kind).filter { $0.name.map(DirectoryTables.nameKey) == key }
        guard named.count <= 1 else {
            let ids = named.prefix(Self.namesakesMax).map(\.id).joined(separator: ", ")
            throw .candidate(path: path, reason: "\(named.count) have the name \(name), say the id: \(ids)")
        }
        if let found = named.first { return found.id }
        throw .candidate(path: path, reason: "there is no \(kind.rawValue) \(name) in the span")
    }
}
