import ArgumentParser
import Configuration
import ContactCenter
import Engine
import Foundation
import Journal
import LinkPreviews
import PlatformAPI
import SystemPackage
import Telemetry

/// What `engawa serve` needs to know: flags first, then environment (`ENGAWA_PORT`), then the file, then the defaults.
struct ServeSettings: Sendable {
    var host: String
    var port: Int
    /// Where browsers reach us, without a slash at the end.
    var publicURL: String
    var database: String
    /// Where files that customers and agents send are: a folder, or `s3://bucket/prefix?endpoint=…&region=…`.
    var blobs: String
    /// What opens a store of S3; from the environment or the file, never from a flag.
    var blobCredentials: S3Credentials?
    var webRoot: String
    var organizationName: String
    /// The first administrator, made when there is no user yet.
    var adminEmail: String?
    var adminPassword: String?
    /// Requests of one token in a minute.
    var requestsPerMinuteMax: Int
    /// How long files and links to them last.
    var files = FileKeeping()
    /// How long agents' desktops may be gone.
    var desks = DeskKeeping()
    /// What guests may do at most.
    var guestLimits = GuestLimits()
    /// What files of agents may be.
    var agentFiles = FileLimits()
    private var guestLimitReader: ConfigReader?
    /// The file that says which services bring notifications to devices; none are brought without it.
    var push: String?
    /// A file in PEM with authorities that outgoing calls trust beside the system's; those only without it.
    var trustedCertificates: String?
    /// Hosts of which messages' links get a preview, separated by commas.
    var linkPreviewHosts: String?
    /// Whether this machine's own addresses may be asked for previews: for tests and demonstrations.
    var linkPreviewLoopback = false
    /// How many days it is kept why routing did what it did.
    var decisionDays = PlatformAPI.decisionDaysDefault
    var logLevel: String
    /// How long the node goes on, not ready, before its listener closes at a shutdown.
    var drainSeconds: Int
    /// `json` or `text`; JSON for programs, text for people.
    var logFormat: LogFormat
    /// Addresses that may read `/metrics`, as ``MetricsAccess`` has them.
    var metricsAllow: String?
    /// The bearer token that reads `/metrics` from anywhere.
    var metricsToken: String?
    /// Where spans go: a file, or the address of a collector (`http://…/v1/traces`). Nowhere by default.
    var traces: String?

    private static let secrets: Set<String> = [
        "ENGAWA_ADMIN_PASSWORD", "ENGAWA_METRICS_TOKEN", "ENGAWA_S3_SECRET_ACCESS_KEY", "ENGAWA_S3_SESSION_TOKEN",
    ]

    /// The place that the settings name.
    var blobPlace: BlobPlace {
        get throws { BlobPlace(location: try BlobLocation(blobs), credentials: blobCredentials) }
    }

    /// What asks foreign servers for previews. A host that is none stops the start.
    var linkPreviews: LinkPreviews {
        get throws {
            let hosts = (linkPreviewHosts ?? "").split(separator: ",")
                .map { $0.trimmingCharacters(in: .whitespaces) }
            return LinkPreviews(
                serverHosts: try LinkAllowList(serverHosts: hosts), allowsLoopback: linkPreviewLoopback)
        }
    }

    /// Reads flags, environment and file.
    static func read(flags: [String: ConfigValue], file: String?) async throws -> ServeSettings {
        let keys = flags.map { (AbsoluteConfigKey(["engawa", $0.key]), $0.value) }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(uniqueKeysWithValues: keys)),
            EnvironmentVariablesProvider(secretsSpecifier: .specific(secrets)),
        ]
        if let file { providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file))) }
        return try ServeSettings(ConfigReader(providers: providers).scoped(to: "engawa"))
    }

    /// A port beyond the last one would be cut to another.
    static func check(port: Int) throws {
        guard 0...Int(UInt16.max) ~= port else { throw ValidationError("the port is 0 to 65535, not \(port)") }
    }

    private init(_ reader: ConfigReader) throws {
        host = reader.string(forKey: "host", default: "127.0.0.1")
        let port = reader.int(forKey: "port", default: 8080)
        try Self.check(port: port)
        self.port = port
        publicURL = reader.string(forKey: "publicUrl", default: "http://127.0.0.1:\(port)")
        database = reader.string(forKey: "database", default: "engawa.db")
        blobs = reader.string(forKey: "blobs", default: "blobs")
        if let key = reader.string(forKey: "s3.accessKeyId"),
            let secret = reader.string(forKey: "s3.secretAccessKey", isSecret: true)
        {
            blobCredentials = S3Credentials(
                accessKey: key, secretKey: secret,
                sessionToken: reader.string(forKey: "s3.sessionToken", isSecret: true))
        }
        webRoot = reader.string(forKey: "webRoot", default: WebRoot.found)
        organizationName = reader.string(forKey: "organization", default: "Engawa")
        adminEmail = reader.string(forKey: "adminEmail")
        adminPassword = reader.string(forKey: "adminPassword", isSecret: true)
        requestsPerMinuteMax = reader.int(forKey: "requestsPerMinuteMax", default: 300)
        logLevel = reader.string(forKey: "logLevel", default: "info")
        drainSeconds = reader.int(forKey: "drainSeconds", default: 5)
        let format = reader.string(forKey: "logFormat").flatMap(LogFormat.init)
        logFormat = format ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        metricsAllow = reader.string(forKey: "metricsAllow")
        metricsToken = reader.string(forKey: "metricsToken", isSecret: true)
        traces = reader.string(forKey: "traces")
        push = reader.string(forKey: "push")
        trustedCertificates = reader.string(forKey: "trustedCertificates")
        files.linkSeconds = Int64(reader.int(forKey: "fileLinkSeconds", default: Int(files.linkSeconds)))
        files.graceSeconds = Int64(reader.int(forKey: "blobGraceSeconds", default: Int(files.graceSeconds)))
        files.unsentSeconds = Int64(reader.int(forKey: "unsentFileSeconds", default: Int(files.unsentSeconds)))
        desks = try DeskKeeping(reader)
        decisionDays = reader.int(forKey: "routingDecisionDays", default: decisionDays)
        linkPreviewHosts = reader.string(forKey: "linkPreviewHosts")
        linkPreviewLoopback = reader.bool(forKey: "linkPreviewLoopback", default: false)
        guestLimitReader = reader
        try guestLimits.read(reader)
        agentFiles = try FileLimits(ofAgents: reader, guests: guestLimits.files)
        // What is wrong with it is said before anything is opened.
        _ = try linkPreviews
    }

    /// Takes what environment and file say of guests, files, desktops, devices and links, over what is set so far.
    mutating func takeGuestLimits(of other: ServeSettings) throws {
        if let reader = other.guestLimitReader { try guestLimits.read(reader) }
        files = other.files
        agentFiles = other.agentFiles
        desks = other.desks
        push = other.push
        trustedCertificates = other.trustedCertificates
        linkPreviewHosts = other.linkPreviewHosts
        linkPreviewLoopback = other.linkPreviewLoopback
    }

    init(host: String, port: Int, publicURL: String, database: String, blobs: String, webRoot: String) {
        self.host = host
        self.port = port
        self.publicURL = publicURL
        self.database = database
        self.blobs = blobs
        self.webRoot = webRoot
        organizationName = "Engawa"
        requestsPerMinuteMax = 300
        logLevel = "info"
        drainSeconds = 0
        logFormat = .text
    }
}

/// The folder of the browser side.
enum WebRoot {
    /// Beside the installed program (`../share/engawa/web`), else `web` where the program was started.
    static var found: String {
        let program = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let installed = program.deletingLastPathComponent().appending(path: "../share/engawa/web").standardized
        return FileManager.default.fileExists(atPath: installed.path) ? installed.path : "web"
    }

    /// Stops a start whose pages would all be missing.
    static func check(_ path: String) throws {
        let folder = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
        guard !FileManager.default.fileExists(atPath: folder.appending(path: "desktop/index.html").path) else { return }
        throw ValidationError(
            """
            there is no browser side in \(folder.path(percentEncoded: false).dropLast()): start where the folder web \
            is, or say where it is with --web-root
            """)
    }
}
