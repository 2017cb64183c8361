import Testing

@testable import Journal

@Suite("Where the database is")
struct LocationTests {
    @Test(
        "a URL or a path names a file",
        arguments: [
            ("sqlite:///var/lib/engawa/journal.db", "/var/lib/engawa/journal.db"),
            ("sqlite://data/journal.db", "data/journal.db"), ("sqlite:journal.db", "journal.db"),
            ("SQLite:///a%20b.db", "/a b.db"), ("/tmp/a.db", "/tmp/a.db"), ("a.db", "a.db"), ("./a:b.db", "./a:b.db"),
        ])
    func files(text: String, path: String) throws {
        #expect(try DatabaseLocation(text) == .sqlite(path: path))
    }

    @Test(
        "a URL of libpq names a database of PostgreSQL, goes to libpq as it is, and shows no password",
        arguments: [
            "postgres://localhost/a", "postgresql://u:secret@h1:5432,h2/a?target_session_attrs=any&sslmode=verify-full",
            "POSTGRESQL:///a?host=/run/postgresql&options=-c%20geqo%3Doff",
        ])
    func databases(text: String) throws {
        // libpq knows the scheme in lower case only.
        guard text.hasPrefix("postgres") else {
            #expect(throws: JournalError.self) { try DatabaseLocation(text) }
            return
        }
        let location = try DatabaseLocation(text)
        guard case .postgres(let url) = location else {
            Issue.record("\(location)")
            return
        }
        #expect(url.text == text)
        var dumped = "\(location) \(String(reflecting: location))"
        dump(location, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    @Test("a URL that libpq cannot read is refused without repeating it")
    func unreadable() {
        do throws(JournalError) {
            _ = try DatabaseLocation("postgres://u:sec%zzret@h/a")
            Issue.record("read")
        } catch {
            #expect(!"\(error)".contains("zz"))
        }
    }

    @Test("what names no engine is refused", arguments: ["", "sqlite:", "sqlite://", "mysql://localhost/a"])
    func unknown(text: String) {
        #expect(throws: JournalError.self) { try DatabaseLocation(text) }
    }
}
