import ContactCenter
import Engine

/// The filter of an observation query (reference I.2): predicates and clauses, joined by `and` or `or`.
struct ObservationFilter: Decodable {
    struct Predicate: Decodable {
        var type: String?
        var dimension: String?
        var `operator`: String?
        var value: String?
    }

    struct Clause: Decodable {
        var type: String?
        var predicates: [Predicate]?
    }

    var type: String?
    var clauses: [Clause]?
    var predicates: [Predicate]?

    /// Predicates of a query; each is looked at for every queue.
    static let predicatesMax = 200

    private var all: [Predicate] { (predicates ?? []) + (clauses ?? []).flatMap { $0.predicates ?? [] } }

    /// Refuses what we could only answer wrongly.
    /// - Parameter needed: the dimension that must be asked for, so that an answer is bounded by its question.
    func check(dimensions: [String], needed: String) throws(APIError) {
        for type in [type] + (clauses ?? []).map(\.type) {
            guard ["and", "or"].contains(type ?? "and") else {
                throw .invalidValue("filter.type", type ?? "", allowed: "and, or")
            }
        }
        guard all.count <= Self.predicatesMax else {
            throw .invalidValue("filter.predicates", "\(all.count)", allowed: "up to \(Self.predicatesMax)")
        }
        for predicate in all { try Self.check(predicate, dimensions) }
        let isAsked = all.contains { $0.dimension == needed && $0.value != nil }
        guard isAsked else { throw .missing("filter.predicates[\(needed)]") }
    }

    private static func check(_ predicate: Predicate, _ dimensions: [String]) throws(APIError) {
        guard predicate.type ?? "dimension" == "dimension" else {
            throw .invalidValue("filter.predicates.type", predicate.type ?? "", allowed: "dimension")
        }
        guard let dimension = predicate.dimension, dimensions.contains(dimension) else {
            throw .invalidValue(
                "filter.predicates.dimension", predicate.dimension ?? "", allowed: dimensions.joined(separator: ", "))
        }
        let operators = ["matches", "exists", "notExists"]
        guard operators.contains(predicate.operator ?? "matches") else {
            throw .invalidValue(
                "filter.predicates.operator", predicate.operator ?? "", allowed: operators.joined(separator: ", "))
        }
        if predicate.operator ?? "matches" == "matches", predicate.value == nil {
            throw .missing("filter.predicates.value")
        }
    }

    /// The values by which the filter can be met, of one dimension; the filter itself still decides.
    func candidates(_ dimension: String) -> [String] {
        all.filter { $0.dimension == dimension }.compactMap { $0.value?.lowercased() }
    }

    /// Whether something with these dimensions meets the filter. A dimension that it does not have hinders nothing: a
    /// queue's people are of no medium.
    func admits(_ values: [String: String]) -> Bool {
        let parts =
            (predicates ?? []).map { Self.admits($0, values) }
            + (clauses ?? []).map { clause in
                Self.join(clause.type, (clause.predicates ?? []).map { Self.admits($0, values) })
            }
        return Self.join(type, parts)
    }

    private static func join(_ type: String?, _ parts: [Bool?]) -> Bool {
        let known = parts.compactMap(\.self)
        return type == "or" && !known.isEmpty ? known.contains(true) : !known.contains(false)
    }

    private static func admits(_ predicate: Predicate, _ values: [String: String]) -> Bool? {
        guard let value = values[predicate.dimension ?? ""] else { return nil }
        switch predicate.operator ?? "matches" {
        case "exists": return true
        case "notExists": return false
        default: return predicate.value?.lowercased() == value.lowercased()
        }
    }
}

/// An observation query.
struct ObservationQuery: Decodable {
    var filter: ObservationFilter?
    var metrics: [String]?
    var detailMetrics: [String]?

    /// The metrics that are asked for.
    func metrics(of known: Set<String>) throws(APIError) -> Set<String> {
        guard let metrics, !metrics.isEmpty else { throw .missing("metrics") }
        return try Self.checked(metrics, "metrics", known)
    }

    /// Those of which each observation is asked for.
    func details(of known: Set<String>) throws(APIError) -> Set<String> {
        try Self.checked(detailMetrics ?? [], "detailMetrics", known)
    }

    /// The filter, which a query must have.
    func required() throws(APIError) -> ObservationFilter {
        guard let filter else { throw .missing("filter") }
        return filter
    }

    private static func checked(
        _ metrics: [String], _ field: String, _ known: Set<String>
    ) throws(APIError) -> Set<String> {
        for metric in metrics where !known.contains(metric) {
            throw .invalidValue(field, metric, allowed: known.sorted().joined(separator: ", "))
        }
        return Set(metrics)
    }
}
