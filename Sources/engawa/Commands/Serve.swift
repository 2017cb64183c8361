import ArgumentParser
import Configuration
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import PlatformAPI
import Telemetry

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the contact centre.",
        discussion: """
            Settings come from flags, then from the environment (ENGAWA_PORT, ENGAWA_PUBLIC_URL, …), then from the \
            file ({"engawa": {"port": 8080, "publicUrl": "https://…"}}). On an empty database, ENGAWA_ADMIN_EMAIL \
            and ENGAWA_ADMIN_PASSWORD make the first administrator. Give a database's password in ENGAWA_DATABASE, \
            PGPASSWORD or ~/.pgpass rather than in a flag, which every process of the machine can read.
            """)

    @Option(help: "A JSON file with settings.")
    var config: String?

    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port to listen on.")
    var port: Int?

    @Option(help: "Where browsers reach this server, for example https://chat.example.org.")
    var publicUrl: String?

    @Option(help: "The database: a path, sqlite:///path, or postgres://… as libpq reads it.")
    var database: String?

    @Option(help: "The folder of the browser side.")
    var webRoot: String?

    @Option(help: "How long to go on, not ready, before the listener closes at a shutdown.")
    var drainSeconds: Int?

    @Option(help: "How the log is written: json, or text. Text by default on a terminal.")
    var logFormat: LogFormat?

    @Option(help: "Who may read /metrics: loopback, addresses, ranges as 10.0.0.0/8, separated by commas.")
    var metricsAllow: String?

    @Option(help: "Where spans go: a file, or a collector's address as http://127.0.0.1:4318/v1/traces.")
    var traces: String?

    func run() async throws {
        let settings = try await ServeSettings.read(flags: flags, file: config)
        try WebRoot.check(settings.webRoot)
        let watch = try Watch(settings)
        let logger = watch.logger
        let house = try await House.open(
            database: try DatabaseLocation(settings.database), blobs: try settings.blobPlace, settings: settings,
            logger: logger)
        let foundations = Foundations(engine: house.engine)
        try await house.engine.inTurn(at: "foundations") {
            try await foundations.lay(organizationName: settings.organizationName, publicURLs: [settings.publicURL])
            try await makeFirstAdministrator(settings, house.engine, foundations)
        }
        let front = try await house.front(settings, watch: watch, demo: nil) { port in
            logger.info("serving", metadata: ["url": "\(settings.publicURL)", "port": "\(port)"])
        }
        try await house.run(front, drainSeconds: settings.drainSeconds)
    }

    private var flags: [String: ConfigValue] {
        var flags: [String: ConfigValue] = [:]
        if let host { flags["host"] = .init(.string(host), isSecret: false) }
        if let port { flags["port"] = .init(.int(port), isSecret: false) }
        if let publicUrl { flags["publicUrl"] = .init(.string(publicUrl), isSecret: false) }
        if let database { flags["database"] = .init(.string(database), isSecret: true) }
        if let webRoot { flags["webRoot"] = .init(.string(webRoot), isSecret: false) }
        if let drainSeconds { flags["drainSeconds"] = .init(.int(drainSeconds), isSecret: false) }
        if let logFormat { flags["logFormat"] = .init(.string(logFormat.rawValue), isSecret: false) }
        if let metricsAllow { flags["metricsAllow"] = .init(.string(metricsAllow), isSecret: false) }
        if let traces { flags["traces"] = .init(.string(traces), isSecret: false) }
        return flags
    }

    private func makeFirstAdministrator(
        _ settings: ServeSettings, _ engine: Engine, _ foundations: Foundations
    ) async throws {
        guard engine.directory.list(.user).isEmpty, let email = settings.adminEmail?.lowercased(),
            let password = settings.adminPassword
        else { return }
        try await engine.directory.save(
            .user, id: foundations.newID(), name: email,
            body: [
                "email": .string(email), "roles": ["admin"], "state": "active",
                "passwordHash": .string(try Password.hash(password)),
            ])
    }
}

extension LogFormat: ExpressibleByArgument {}
