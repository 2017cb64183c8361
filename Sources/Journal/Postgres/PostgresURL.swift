import CLibpq

/// The URL of a PostgreSQL database, handed to libpq unchanged: hosts, TLS modes, certificates and time-outs are what
/// libpq says they are. It may hold a password, so nothing prints it.
public struct PostgresURL: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// For libpq alone.
    let text: String

    /// Refuses what libpq cannot read, without repeating any of it: the part that is wrong may be the password.
    init(_ text: String) throws(JournalError) {
        var complaint: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(text, &complaint)
        PQfreemem(complaint)
        guard let options else { throw .unavailable(reason: "libpq cannot read the URL of the database") }
        PQconninfoFree(options)
        self.text = text
    }

    public var description: String { "postgresql://…" }
    public var debugDescription: String { description }
}

extension PostgresURL: CustomReflectable {
    /// Nothing inside, so that a dump shows no password either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
