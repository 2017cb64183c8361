import Foundation
import Testing

@testable import Journal
@testable import TestSupport

/// The engines that every storage test runs on. What is about the nature of one of them says so in its name.
enum TestedEngine: CaseIterable, Sendable { case sqlite, postgres }

/// A fresh database for the length of a test.
func withDatabase(
    on engine: TestedEngine, isMigrated: Bool = true, _ body: (DatabaseLocation) async throws -> Void
) async throws {
    switch engine {
    case .sqlite:
        let folder = try TemporaryFolder()
        try await body(.sqlite(path: folder.database))
    case .postgres:
        let server = try await PostgresServer.shared()
        let name = try await server.makeDatabase(from: isMigrated ? Template.migrated() : "template1")
        do { try await body(DatabaseLocation(server.url(of: name))) } catch {
            try await server.drop(name)
            throw error
        }
        try await server.drop(name)
    }
}

/// A migrated database that others are copied from.
private enum Template {
    static func migrated() async throws -> String { try await template.value }

    private static let template = Task {
        let server = try await PostgresServer.shared()
        let name = try await server.makeDatabase()
        _ = try await SQLJournal.migrate(DatabaseLocation(server.url(of: name)))
        return name
    }
}
