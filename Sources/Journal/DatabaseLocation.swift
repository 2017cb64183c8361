import Foundation

/// Where a journal's database is; the one place that chooses an engine.
public enum DatabaseLocation: Hashable, Sendable {
    /// A file of SQLite.
    case sqlite(path: String)
    /// A database of PostgreSQL.
    case postgres(PostgresURL)

    /// Reads `sqlite:///absolute/path`, `sqlite:relative/path`, a plain path, or a `postgres://` or `postgresql://` URL
    /// of libpq.
    public init(_ text: String) throws(JournalError) {
        guard let colon = text.range(of: ":"), !text[..<colon.lowerBound].contains("/") else {
            guard !text.isEmpty else { throw .unavailable(reason: "no database is named") }
            self = .sqlite(path: text)
            return
        }
        switch text[..<colon.lowerBound].lowercased() {
        case "sqlite":
            let rest = text[colon.upperBound...]
            let path = rest.hasPrefix("//") ? rest.dropFirst(2) : rest
            let decoded = path.removingPercentEncoding ?? String(path)
            guard !decoded.isEmpty else { throw .unavailable(reason: "no file in the database URL") }
            self = .sqlite(path: decoded)
        case "postgres", "postgresql":
            self = .postgres(try PostgresURL(text))
        case let scheme:
            throw .unavailable(reason: "no engine for databases of the kind \(scheme):")
        }
    }

    /// Opens the engine, off the threads of Swift concurrency.
    func openEngine() async throws(SQLFailure) -> any SQLEngine {
        switch self {
        case .postgres(let url): return try await PostgresEngine(url: url)
        case .sqlite(let path):
            let result = await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<SQLiteEngine, SQLFailure>, Never>) in
                DispatchQueue.global().async {
                    do {
                        continuation.resume(returning: .success(try SQLiteEngine(path: path)))
                    } catch {
                        let failure = error as? SQLFailure ?? SQLFailure(reason: "\(error)")
                        continuation.resume(returning: .failure(failure))
                    }
                }
            }
            return try result.get()
        }
    }
}
