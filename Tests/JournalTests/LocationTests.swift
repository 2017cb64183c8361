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

    @Test("what names no engine is refused", arguments: ["", "sqlite:", "sqlite://", "mysql://localhost/a"])
    func unknown(text: String) {
        #expect(throws: JournalError.self) { try DatabaseLocation(text) }
    }
}
