import ContactCenter
import Engine

/// What a queue's settings must be beyond their types and bounds (reference, section F.3): few enough, of one piece,
/// and naming only what exists. Each refusal names the member.
struct QueueCheck {
    let directory: Directory

    /// Rings of a bullseye, rules of preferred agents, and of conditional groups.
    static let rulesMax = 6
    /// Skills that one ring takes away.
    static let removedMax = 50
    /// Conditions of one rule of activation.
    static let conditionsMax = 10

    /// A body that passed its model, as it is stored.
    /// - Parameter queue: the queue's own id, unless it is a new one.
    func checked(_ body: JSONValue, of queue: String?) throws(APIError) -> JSONValue {
        var body = body
        body["bullseye"] = try bullseye(body["bullseye"])
        try checkPreferences(body["routingRules"])
        try checkConditional(body["conditionalGroupRouting"]?["rules"])
        try checkActivation(body["conditionalGroupActivation"])
        try checkAfterCallWork(body["acwSettings"])
        try checkSubtypes(body["mediaSettings"]?["message"]?["subTypeSettings"])
        let backup = body["directRouting"]?["backupQueueId"]?.string
        try check(.queue, backup, field: "directRouting.backupQueueId")
        if let settings = body["inQueue"] {
            body["inQueue"] = try InQueueCheck.checked(settings, of: queue, directory)
        }
        return try MemberGroupWire(directory: directory).checked(body)
    }

    // MARK: Ways of routing

    private func bullseye(_ bullseye: JSONValue?) throws(APIError) -> JSONValue? {
        guard var rings = bullseye?["rings"]?.array else { return bullseye }
        try check(count: rings, Self.rulesMax, field: "bullseye.rings")
        for index in rings.indices {
            let path = "bullseye.rings[\(index)]"
            try check(count: rings[index]["expansionCriteria"]?.array, 1, field: path + ".expansionCriteria")
            guard let removed = rings[index]["actions"]?["skillsToRemove"]?.array else { continue }
            rings[index]["actions"] = [
                "skillsToRemove": try skills(removed, field: path + ".actions.skillsToRemove")
            ]
        }
        return bullseye?.changed(by: ["rings": .array(rings)])
    }

    /// The skills with the names that they have.
    private func skills(_ list: [JSONValue], field: String) throws(APIError) -> JSONValue {
        try check(count: list, Self.removedMax, field: field)
        var found: [JSONValue] = []
        for (index, reference) in list.enumerated() {
            guard let id = reference["id"]?.string else { throw .missing("\(field)[\(index)].id") }
            guard let skill = directory.find(.skill, id.lowercased()) else {
                throw .invalidValue("\(field)[\(index)].id", id)
            }
            found.append(.reference(skill.id, name: skill.name, path: "/api/v2/routing/skills"))
        }
        return .array(found)
    }

    private func checkPreferences(_ rules: JSONValue?) throws(APIError) {
        try check(count: rules?.array, Self.rulesMax, field: "routingRules")
        for (index, rule) in (rules?.array ?? []).enumerated() {
            guard rule["operator"] != "MEETS_THRESHOLD" || rule["threshold"] != nil else {
                throw .missing("routingRules[\(index)].threshold")
            }
        }
    }

    private func checkConditional(_ rules: JSONValue?) throws(APIError) {
        let field = "conditionalGroupRouting.rules"
        try check(count: rules?.array, Self.rulesMax, field: field)
        for (index, rule) in (rules?.array ?? []).enumerated() {
            let path = "\(field)[\(index)]"
            for member in ["metric", "operator", "conditionValue", "groups"] where rule[member] == nil {
                throw .missing("\(path).\(member)")
            }
            guard rule["groups"]?.array?.isEmpty == false else { throw .missing(path + ".groups") }
            try check(.queue, rule["queue"]?["id"]?.string, field: path + ".queue.id")
        }
    }

    private func checkActivation(_ activation: JSONValue?) throws(APIError) {
        let field = "conditionalGroupActivation.rules"
        try check(count: activation?["rules"]?.array, Self.rulesMax, field: field)
        try checkConditions(activation?["pilotRule"], path: "conditionalGroupActivation.pilotRule")
        for (index, rule) in (activation?["rules"]?.array ?? []).enumerated() {
            let path = "\(field)[\(index)]"
            guard rule["groups"]?.array?.isEmpty == false else { throw .missing(path + ".groups") }
            try checkConditions(rule, path: path)
        }
    }

    private func checkConditions(_ rule: JSONValue?, path: String) throws(APIError) {
        try check(count: rule?["conditions"]?.array, Self.conditionsMax, field: path + ".conditions")
        for (index, condition) in (rule?["conditions"]?.array ?? []).enumerated() {
            let queue = condition["simpleMetric"]?["queue"]?["id"]?.string
            try check(.queue, queue, field: "\(path).conditions[\(index)].simpleMetric.queue.id")
        }
        guard let expression = rule?["conditionExpression"]?.string else { return }
        let count = rule?["conditions"]?.array?.count ?? 0
        guard Directory.canRead(conditionExpression: expression, conditionsCount: count) else {
            throw .invalidValue(
                path + ".conditionExpression", expression,
                allowed: "C1 to C\(count), joined by and, or, not and parentheses")
        }
    }

    // MARK: The rest

    /// Only prompts that end by themselves have a time (reference, section F.3).
    private func checkAfterCallWork(_ settings: JSONValue?) throws(APIError) {
        guard let timeout = settings?["timeoutMs"]?.integer else { return }
        let prompt = settings?["wrapupPrompt"]?.string ?? ""
        let timed = ["MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"]
        guard timed.contains(prompt) else {
            throw .invalidValue(
                "acwSettings.timeoutMs", String(timeout),
                allowed: "none with [\(prompt)]; a time with "
                    + timed.joined(separator: ", "))
        }
    }

    /// Settings by channel are for channels that exist.
    private func checkSubtypes(_ settings: JSONValue?) throws(APIError) {
        let known = MessagingPlatform.allCases.filter { $0 != .unknown }.map(\.rawValue)
        for name in (settings?.object ?? [:]).keys.sorted() where !known.contains(name) {
            throw .invalidValue(
                "mediaSettings.message.subTypeSettings", name, allowed: known.joined(separator: ", "))
        }
    }

    private func check(_ kind: EntityKind, _ id: String?, field: String) throws(APIError) {
        guard let id, directory.find(kind, id.lowercased()) == nil else { return }
        throw .invalidValue(field, id)
    }

    private func check(count list: [JSONValue]?, _ most: Int, field: String) throws(APIError) {
        guard let list, list.count > most else { return }
        throw .invalidValue(field, "\(list.count) entries", allowed: "up to \(most)")
    }
}
