import Foundation
import Journal

@testable import TestSupport

/// The databases that the engine's tests run on.
enum TestedDatabase: CaseIterable, Sendable { case sqlite, postgres }

/// A folder and a database for the length of a test.
struct Place {
    let folder: URL
    let database: DatabaseLocation

    static func use(_ kind: TestedDatabase, _ body: (Place) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "engine-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        switch kind {
        case .sqlite:
            try await body(Place(folder: folder, database: .sqlite(path: folder.appending(path: "engawa.db").path)))
        case .postgres:
            let server = try await PostgresServer.shared()
            let name = try await server.makeDatabase()
            let result: Result<Void, any Error>
            do {
                let place = Place(folder: folder, database: try DatabaseLocation(server.url(of: name)))
                result = .success(try await body(place))
            } catch { result = .failure(error) }
            try await server.drop(name)
            try result.get()
        }
    }
}
