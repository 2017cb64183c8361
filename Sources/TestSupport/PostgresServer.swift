import Foundation
import Synchronization

/// A PostgreSQL server of the tests: its own data, a free port of loopback, gone with the process that started it.
///
/// The server runs under a shell that waits for the end of its standard input. The kernel closes that when this process
/// ends, however it ends; then the shell stops the server and removes its data.
final class PostgresServer: Sendable {
    struct Failed: Error { let reason: String }

    static let binaries = "/usr/lib/postgresql/15/bin"
    private static let startSecondsMax = 30.0

    let folder: String
    let port: Int

    private struct State {
        var shell: Child?
        var databases = 0
    }
    private let state = Mutex(State())

    /// One for the whole process, started by the first test that asks.
    static func shared() async throws -> PostgresServer { try await server.value }
    // Owner: everybody who waits for the server; it ends when the server has started.
    private static let server = Task { try await PostgresServer() }

    /// Makes the data, empty or as a standby of another server, and starts the server.
    init(standbyOf primary: PostgresServer? = nil) async throws {
        folder = "/tmp/engawa-pg-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString.prefix(8))"
        port = try Self.freePort()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if geteuid() == 0, let account = getpwnam("postgres") {
            chown(folder, account.pointee.pw_uid, account.pointee.pw_gid)
        }
        let data = "\(folder)/data"
        let made =
            if let primary {
                try await Self.run(
                    "\(Self.binaries)/pg_basebackup", "-h", primary.folder, "-p", "\(primary.port)", "-U", "postgres",
                    "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync")
            } else {
                try await Self.run(
                    "\(Self.binaries)/initdb", "-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8",
                    "--locale=C.UTF-8", "--no-sync")
            }
        guard made.status == 0 else { throw Failed(reason: made.output) }
        try await start()
    }

    /// Starts the server on the data that is there; returns when it takes connections.
    func start() async throws {
        let script = """
            '\(Self.binaries)/postgres' -D '\(folder)/data' -k '\(folder)' -p \(port) \
            -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=64MB \
            </dev/null >>'\(folder)/log' 2>&1 &
            server=$!
            cat >/dev/null
            kill -QUIT $server 2>/dev/null
            wait $server
            [ -e '\(folder)/keep' ] || rm -rf '\(folder)'
            """
        let shell = try Child(Self.unprivileged(["/bin/sh", "-c", script]))
        state.withLock { $0.shell = shell }
        let deadline = ContinuousClock.now + .seconds(Self.startSecondsMax)
        while try await Self.run("\(Self.binaries)/pg_isready", "-q", "-h", folder, "-p", "\(port)").status != 0 {
            guard ContinuousClock.now < deadline else {
                throw Failed(reason: (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "no log")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Ends the server as a power cut would; what it has made durable is there for the next `start`.
    func cut() async {
        _ = FileManager.default.createFile(atPath: folder + "/keep", contents: nil)
        await end()
        try? FileManager.default.removeItem(atPath: folder + "/keep")
    }

    /// Ends the server and removes its data.
    func stop() async {
        await end()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func end() async {
        let shell = state.withLock { state in
            defer { state.shell = nil }
            return state.shell
        }
        await shell?.end()
    }

    /// The URL of a database.
    func url(of database: String) -> String { "postgresql://postgres@127.0.0.1:\(port)/\(database)" }

    /// A database that nobody has used, empty or a copy of another; answers its name.
    func makeDatabase(from template: String = "template1") async throws -> String {
        let number = state.withLock { state in
            state.databases += 1
            return state.databases
        }
        try await sql("CREATE DATABASE test_\(number) TEMPLATE \(template)")
        return "test_\(number)"
    }

    /// Makes a certificate of its own and takes connections over TCP with TLS only; answers the path of the authority's
    /// certificate.
    func takeOnlyTLS(for host: String) async throws -> String {
        let data = "\(folder)/data"
        let made = try await Self.run(
            "/usr/bin/openssl", "req", "-new", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2", "-subj",
            "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout", "\(data)/server.key", "-out",
            "\(data)/server.crt")
        guard made.status == 0 else { throw Failed(reason: made.output) }
        let rules = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n"
        try rules.write(toFile: "\(data)/pg_hba.conf", atomically: false, encoding: .utf8)
        try await sql("ALTER SYSTEM SET ssl = on")
        try await sql("SELECT pg_reload_conf()")
        let root = "\(folder)/root.crt"
        try FileManager.default.copyItem(atPath: "\(data)/server.crt", toPath: root)
        return root
    }

    func drop(_ database: String) async throws { try await sql("DROP DATABASE IF EXISTS \(database) WITH (FORCE)") }

    /// Runs statements as a person with a shell would; answers the rows, columns parted by `|`.
    @discardableResult
    func sql(_ text: String, in database: String = "postgres") async throws -> String {
        let done = try await Self.run(
            "\(Self.binaries)/psql", "-h", folder, "-p", "\(port)", "-U", "postgres", "-d", database, "-X", "-q", "-A",
            "-t", "-v", "ON_ERROR_STOP=1", "-c", text)
        guard done.status == 0 else { throw Failed(reason: done.output) }
        return done.output.trimmingCharacters(in: .newlines)
    }

    /// The server refuses to run as root, where the tests of CI run; and who is not root may not enter every folder.
    private static func unprivileged(_ command: [String]) -> [String] {
        let command = ["/usr/bin/env", "--chdir=/tmp"] + command
        return geteuid() == 0
            ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command : command
    }

    private static func run(_ command: String...) async throws -> (status: Int32, output: String) {
        try await Child.run(unprivileged(command))
    }

    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
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
        guard isBound else { throw Failed(reason: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
