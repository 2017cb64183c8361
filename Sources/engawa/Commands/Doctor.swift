import ArgumentParser
import AsyncHTTPClient
import ContactCenter
import Foundation
import Journal

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at machine, database, files and server, and say what to do.",
        discussion: "Changes nothing; may run beside the server. Exits with 1 when something is an error.")

    @Option(help: "The database: a path, sqlite:///path, or a postgres:// URL.")
    var database: String

    @Option(help: "The folder of files that customers and agents sent.")
    var blobs: String

    @Option(help: "The address of the server as clients use it, if it runs.")
    var url: String?

    @Flag(help: "Print JSON.")
    var json = false

    /// How long a server may take to answer.
    private static let answerSecondsMax: Int64 = 5

    func run() async throws {
        var findings = MachineExamination(folder: dataFolder).findings()
        findings += await database()
        findings.append(await blobStore())
        if let url { findings += await server(url) }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            Console.say(String(decoding: try encoder.encode(findings), as: UTF8.self))
        } else {
            Console.say(Finding.table(findings))
        }
        if findings.contains(where: { $0.level == .error }) { throw ExitCode(1) }
    }

    /// Where SQLite's file lies, else the files of messages.
    private var dataFolder: URL {
        if case .sqlite(let path)? = try? DatabaseLocation(database) {
            return URL(fileURLWithPath: path).deletingLastPathComponent()
        }
        return URL(fileURLWithPath: blobs)
    }

    private func database() async -> [Finding] {
        do {
            let facts = try await DatabaseFacts.read(try DatabaseLocation(database))
            return DatabaseExamination.findings(
                facts, latestSchema: SQLJournal.schemaVersion, now: Int64(Date().timeIntervalSince1970 * 1_000))
        } catch {
            return [
                Finding(
                    name: "database", level: .error, value: "\(error)",
                    advice: "check the URL, the network and whether the database runs")
            ]
        }
    }

    /// Stores a few bytes and reads them again; equal bytes are one blob, so this leaves at most one small file.
    private func blobStore() async -> Finding {
        do {
            let bytes = Data("engawa doctor".utf8)
            let isKept = try await BlobPlace.with(blobs) { store in
                try await store.get(try await store.put(bytes)) == bytes
            }
            guard isKept else {
                return Finding(
                    name: "files", level: .error, value: "other bytes came back", advice: "check the disk or the store")
            }
            return Finding(name: "files", level: .ok, value: "stored and read")
        } catch {
            return Finding(
                name: "files", level: .error, value: "\(error)",
                advice: "give the folder to the service's user, or the key the right to the bucket")
        }
    }

    private func server(_ url: String) async -> [Finding] {
        var findings: [Finding] = []
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let host = URL(string: base)?.host() ?? ""
        let isLocal = host == "localhost" || host.hasPrefix("127.")
        findings.append(
            .measured(
                "public URL", base, level: base.hasPrefix("https://") || isLocal ? .ok : .warning,
                advice: "put TLS in front: customers' words and tokens travel in the clear"))
        // First, while no connection is kept: a socket needs one that has carried nothing else.
        findings.append(await socket(base))
        for path in ["/health", "/health/ready"] {
            do {
                let status = try await ask(base + path)
                findings.append(
                    .measured(
                        path, "answered \(status)", level: status == 200 ? .ok : .error,
                        advice: "see docs/operations/monitoring.md"))
            } catch {
                findings.append(
                    Finding(
                        name: path, level: .error, value: "no answer: \(error)",
                        advice: "is the server running, and the proxy in front of it?"))
            }
        }
        return findings
    }

    /// Asks for a socket of no deployment: a server, and a proxy that passes sockets on, answers with the API's error.
    private func socket(_ base: String) async -> Finding {
        var request = HTTPClientRequest(url: base + "/v1")
        for (name, value) in [
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "ZW5nYXdhLWRvY3Rvci0wMQ=="),
        ] { request.headers.add(name: name, value: value) }
        do {
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(Self.answerSecondsMax))
            let isOurs = answer.status == .badRequest && answer.headers.contains(name: "ININ-Correlation-Id")
            return .measured(
                "sockets", "answered \(answer.status.code)", level: isOurs ? .ok : .error,
                advice: "let the proxy pass Upgrade and Connection on")
        } catch {
            return Finding(name: "sockets", level: .error, value: "no answer: \(error)", advice: "see /health")
        }
    }

    private func ask(_ url: String) async throws -> UInt {
        try await HTTPClient.shared.execute(
            HTTPClientRequest(url: url), timeout: .seconds(Self.answerSecondsMax)
        ).status.code
    }
}
