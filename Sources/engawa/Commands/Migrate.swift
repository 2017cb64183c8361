import ArgumentParser
import Journal

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a database to this version's schema; `engawa serve` does so, too.")

    @Option(help: "The database: a path, sqlite:///path, or postgres://… as libpq reads it.")
    var database: String

    func run() async throws {
        let change = try await SQLJournal.migrate(DatabaseLocation(database))
        Console.say("schema \(change.from) → \(change.to)")
    }
}
