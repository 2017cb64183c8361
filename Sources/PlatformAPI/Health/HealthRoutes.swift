import Hummingbird

/// `/health`, `/health/live`, `/health/ready`: whether the program runs, and whether it should get traffic.
struct HealthRoutes: Sendable {
    let readiness: Readiness

    private struct Health: Encodable {
        var status: String
        var parts: [Readiness.Part]?
    }

    /// The program answers: its listener accepts and its tasks run. Whoever gets no answer may restart it.
    func live(_ call: Call<Principal>) async throws -> Response { try .json(Health(status: "ok")) }

    /// 200 when the node should get traffic, else 503 with the part that is not ready.
    func ready(_ call: Call<Principal>) async throws -> Response {
        let parts = readiness.parts
        let isReady = parts.allSatisfy(\.isReady)
        return try .json(
            Health(status: isReady ? "ready" : "notReady", parts: parts), status: isReady ? .ok : .serviceUnavailable)
    }
}
