import ArgumentParser

/// The one binary.
@main
struct Engawa: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engawa",
        abstract: "A messaging contact centre: customers write from the channel they use, the right person answers.",
        subcommands: [
            Demo.self, Serve.self, Migrate.self, Reindex.self, Backup.self, Restore.self, Doctor.self,
            RoutingCommands.self, Version.self,
        ])
}
