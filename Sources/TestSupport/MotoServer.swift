import Foundation
import FoundationNetworking

/// A store that speaks S3 on a free port of loopback (moto, from the tests' Python environment), with an empty bucket.
/// It ends with its owner.
final class MotoServer: Sendable {
    struct Failed: Error { let reason: String }

    static let bucket = "engawa-test"
    private static let startSecondsMax = 60.0

    let port: Int
    private let shell: Child
    private let log: String

    /// Starts the server; returns when the bucket is there.
    init() async throws {
        port = try PostgresServer.freePort()
        log = NSTemporaryDirectory() + "moto-\(UUID().uuidString).log"
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
        // The kernel closes the shell's input when this process ends, however it ends.
        let script = """
            '\(root)/.venv/bin/moto_server' -H 127.0.0.1 -p \(port) </dev/null >'\(log)' 2>&1 &
            server=$!
            cat >/dev/null
            kill -KILL $server 2>/dev/null
            wait $server
            rm -f '\(log)'
            """
        shell = try Child(["/bin/sh", "-c", script])
        try await makeBucket()
    }

    /// The store as a place for blobs.
    func location(_ options: String = "") -> String {
        "s3://\(Self.bucket)/files?endpoint=http://127.0.0.1:\(port)&region=us-east-1\(options)"
    }

    /// What lies in the bucket under a key.
    func object(_ key: String) async throws -> Data? {
        let (status, body) = try await call("GET", "/\(Self.bucket)/\(key)")
        return status == 200 ? body : nil
    }

    /// Puts other bytes under a key, as a fault of the store would.
    func overwrite(_ key: String, with bytes: Data) async throws {
        let (status, _) = try await call("PUT", "/\(Self.bucket)/\(key)", bytes)
        guard status == 200 else { throw Failed(reason: "\(status)") }
    }

    /// What the store says about uploads in parts that nobody has finished.
    func unfinishedUploads() async throws -> String {
        String(decoding: try await call("GET", "/\(Self.bucket)?uploads").1, as: UTF8.self)
    }

    private func makeBucket() async throws {
        let deadline = ContinuousClock.now + .seconds(Self.startSecondsMax)
        while true {
            if let (status, _) = try? await call("PUT", "/\(Self.bucket)"), status == 200 { return }
            guard ContinuousClock.now < deadline else {
                throw Failed(reason: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "no log")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// moto asks who somebody is, and does not look whether it is true.
    private static let somebody = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/s3/aws4_request"

    /// One request as a person with a shell would make it.
    func call(_ method: String, _ path: String, _ body: Data? = nil) async throws -> (Int, Data) {
        try await Self.fetch(method, "http://127.0.0.1:\(port)\(path)", body, as: Self.somebody)
    }

    /// The status and the body of any URL.
    static func fetch(_ method: String, _ url: String, _ body: Data? = nil, as caller: String? = nil) async throws -> (
        Int, Data
    ) {
        guard let url = URL(string: url) else { throw Failed(reason: url) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        request.setValue("application/octet-stream", forHTTPHeaderField: "Content-Type")
        request.setValue(caller, forHTTPHeaderField: "Authorization")
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
    }
}
