import Foundation
import NIOSSL
import Testing

@testable import TestSupport

/// A certificate for `localhost` that signs itself, made for one test.
struct Certificate: Sendable {
    let context: NIOSSLContext
    let path: String
    private let folder: URL

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "certificate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let made = try await Child.run([
            "/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", path,
        ])
        try #require(made.status == 0, "\(made.output)")
        context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(path).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
