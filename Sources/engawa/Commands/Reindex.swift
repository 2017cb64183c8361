import ArgumentParser
import Journal
import Logging

struct Reindex: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Empty the index of search; a running or the next `engawa serve` fills it again from the log.",
        discussion: "On SQLite the server must be stopped. Until the index is full, older messages are not found.")

    @Option(help: "The database: a path, sqlite:///path, or postgres://… as libpq reads it.")
    var database: String

    func run() async throws {
        let journal = try await SQLJournal.open(DatabaseLocation(database), logger: Logger(label: "engawa"))
        let result: Result<Void, any Error>
        do { result = .success(try await journal.clearSearch()) } catch { result = .failure(error) }
        await journal.close()
        try result.get()
        Console.say("the index of search is empty")
    }
}
