import Engine
import Hummingbird
import Journal

/// `/health`, `/health/live`, `/health/ready`: whether the program runs, and whether it can work.
struct HealthRoutes: Sendable {
    let engine: Engine

    private struct Health: Encodable {
        var status = "ok"
    }

    /// The program answers.
    func live(_ call: Call<Principal>) async throws -> Response { try .json(Health()) }

    /// The database answers, too; 503 otherwise.
    func ready(_ call: Call<Principal>) async throws -> Response {
        _ = try await journaling { () async throws(JournalError) in try await engine.journal.lastPosition() }
        return try .json(Health())
    }
}
