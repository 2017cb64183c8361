import ArgumentParser
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import PlatformAPI
import Telemetry

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run everything with a small business's data, for trying out and for tests.",
        discussion: "Writes DIR/demo.json once the server answers: addresses, people and their passwords.")

    @Option(help: "Where the data goes; a folder that is there is used again.")
    var dataDir: String = ".demo"

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port: Int = 8080

    @Option(help: "Another database than the one in the data folder: a path, or postgres://… as libpq reads it.")
    var database: String?

    @Option(help: "Another place for files than the data folder: s3://bucket/prefix?endpoint=…&region=….")
    var blobs: String?

    @Option(help: "The folder of the browser side.")
    var webRoot: String?

    @Option(help: "Requests of one token in a minute.")
    var requestsPerMinuteMax: Int = 3_000

    @Option(help: "Messages of one guest in a second in the long run.")
    var guestMessagesPerSecond: Double = 5

    @Option(help: "How much the log says: trace, debug, info, notice, warning, error.")
    var logLevel: String = "warning"

    @Option(help: "How long to go on, not ready, before the listener closes at a shutdown.")
    var drainSeconds: Int = 0

    @Option(help: "How the log is written: json or text.")
    var logFormat: LogFormat = .text

    @Option(help: "Where spans go: a file, or a collector's address as http://127.0.0.1:4318/v1/traces.")
    var traces: String?

    func validate() throws { try ServeSettings.check(port: port) }

    func run() async throws {
        try WebRoot.check(webRoot ?? WebRoot.found)
        let folder = URL(filePath: dataDir, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        DemoFile.withdraw(in: folder)
        let port = try port == 0 ? FreePort.find() : port
        var settings = settings(port: port)
        try settings.takeGuestLimits(of: try await ServeSettings.read(flags: [:], file: nil))
        let watch = try Watch(settings)
        let house = try await House.open(
            database: try DatabaseLocation(database ?? folder.appending(path: "engawa.db").path),
            blobs: try await blobPlace(folder), settings: settings, logger: watch.logger)
        let file = try await seed(house, folder, port)
        let front = try await house.front(settings, watch: watch, demo: file.deploymentId) { _ in
            do { try file.announce(in: folder) } catch { Console.say("cannot write \(DemoFile.name): \(error)") }
            Console.say(greeting(file))
        }
        try await house.run(front, drainSeconds: drainSeconds)
    }

    private func settings(port: Int) -> ServeSettings {
        var settings = ServeSettings(
            host: "127.0.0.1", port: port, publicURL: "http://127.0.0.1:\(port)", database: "", blobs: "",
            webRoot: webRoot ?? WebRoot.found)
        settings.drainSeconds = drainSeconds
        settings.requestsPerMinuteMax = requestsPerMinuteMax
        settings.guestLimits = .demo
        settings.guestLimits.allow(messagesPerSecond: guestMessagesPerSecond)
        settings.logLevel = logLevel
        settings.logFormat = logFormat
        settings.traces = traces
        return settings
    }

    private func blobPlace(_ folder: URL) async throws -> BlobPlace {
        var settings = try await ServeSettings.read(flags: [:], file: nil)
        settings.blobs = blobs ?? folder.appending(path: "blobs").path
        return try settings.blobPlace
    }

    private func seed(_ house: House, _ folder: URL, _ port: Int) async throws -> DemoFile {
        let baseURL = "http://127.0.0.1:\(port)"
        var file = try await house.engine.inTurn(at: "foundations") {
            try await Foundations(engine: house.engine).lay(
                organizationName: "Engawa demo", publicURLs: [baseURL, "http://localhost:\(port)"],
                amongOthers: house.engine.isShared)
            let seed = DemoSeed(engine: house.engine, baseURL: baseURL)
            if house.engine.isShared { return try await seed.plantedByAny() }
            if let kept = try DemoFile.read(in: folder) { return kept }
            let planted = try await seed.plant()
            try planted.keep(in: folder)
            return planted
        }
        file.baseUrl = baseURL
        file.guestUrl = "ws://127.0.0.1:\(port)/v1"
        return file
    }

    private func greeting(_ file: DemoFile) -> String {
        let people = file.users.map { user in
            "  \(user.email)  \(user.password)  (\(user.roles.joined(separator: ", ")))"
        }
        return """
            Engawa is serving.

              A customer's page   \(file.baseUrl)/demo/
              The agents' desktop \(file.baseUrl)/desktop/
              The API             \(file.baseUrl)/api/v2/

            \(people.joined(separator: "\n"))

            Everything a program needs is in \(dataDir)/\(DemoFile.name). Stop with Ctrl+C.
            """
    }
}

/// A port that is free now: addresses are written into data before the server listens.
enum FreePort {
    static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ValidationError("no socket to be had") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw ValidationError("no free port to be had") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
