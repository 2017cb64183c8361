import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/predictors/keyperformanceindicators`: what a predictor can make better. They are fixed; two are the
/// platform's, two are ours.
struct KeyPerformanceIndicatorRoutes: Sendable {
    static let path = "/api/v2/routing/predictors/keyperformanceindicators"

    func list(_ call: Call<Principal>) async throws -> Response {
        // All are of the one group.
        let isAsked = call.query["kpiGroup"].map { $0 == "Standard" } ?? true
        let entities = isAsked ? KeyPerformanceIndicator.all.map(Self.wire) : []
        return try .json(JSONValue.object(["entities": .array(entities)]))
    }

    func get(_ call: Call<Principal>) async throws -> Response {
        let id = try call.parameter("kpiId")
        guard let found = KeyPerformanceIndicator.find(id) else {
            throw APIError.notFound("keyPerformanceIndicator", id: id)
        }
        return try .json(Self.wire(found))
    }

    func types(_ call: Call<Principal>) async throws -> Response {
        try .json(
            JSONValue.array(
                KeyPerformanceIndicator.all.filter(\.isOfPlatform).map { ["id": .string($0.id), "sources": ["None"]] }))
    }

    private static func wire(_ indicator: KeyPerformanceIndicator) -> JSONValue {
        var wire: JSONValue = [
            "id": .string(indicator.id), "name": .string(indicator.id),
            "optimizationType": indicator.isMinimised ? "Minimization" : "Maximization",
            "problemType": indicator.isClassification ? "Classification" : "Regression", "source": "None",
            "status": "Enabled", "kpiGroup": "Standard", "selfUri": .string("\(path)/\(indicator.id)"),
        ]
        // The platform's list of types has no others.
        if indicator.isOfPlatform { wire["kpiType"] = .string(indicator.id) }
        return wire
    }
}
