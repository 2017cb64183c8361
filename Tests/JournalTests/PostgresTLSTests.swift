import ContactCenter
import Foundation
import Logging
import Testing

@testable import Journal
@testable import TestSupport

/// The modes of TLS that a URL names, on a server that takes nothing else.
@Suite("PostgreSQL over TLS")
struct PostgresTLSTests {
    private static func open(_ server: PostgresServer, _ options: String) async throws -> SQLJournal {
        let url = "postgresql://postgres@localhost:\(server.port)/postgres?hostaddr=127.0.0.1&\(options)"
        return try await SQLJournal.open(try DatabaseLocation(url), logger: Logger(label: "test"))
    }

    @Test("the certificate is asked for and checked as the URL says; what does not fit is refused")
    func modes() async throws {
        let server = try await PostgresServer()
        let root = try await server.takeOnlyTLS(for: "localhost")
        for options in ["sslmode=require", "sslmode=verify-full&sslrootcert=\(root)"] {
            let journal = try await Self.open(server, options)
            await journal.close()
        }
        let uses = try await server.sql("SHOW ssl")
        #expect(uses == "on")
        // No TLS, an authority that we do not know, and a name that is not the certificate's.
        let refused = [
            ("sslmode=disable", "no encryption"),
            ("sslmode=verify-full&sslrootcert=/nowhere/root.crt", "root certificate file"),
            ("sslmode=verify-full&sslrootcert=\(root)&host=db.example.org", "does not match host name"),
        ]
        for (options, reason) in refused {
            let error = await #expect(throws: JournalError.self, "\(options)") { try await Self.open(server, options) }
            let text = error.map { "\($0)" } ?? "opened"
            #expect(text.contains(reason), "\(text)")
        }
        await server.stop()
    }
}
