import ArgumentParser
import Foundation
import Journal

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy database and files to a folder while the server runs, and verify the copy.",
        discussion: """
            Everything that was acknowledged before the backup began is in it. The folder holds conversations, tokens' \
            hashes and secrets of webhooks: keep it as secret as the database. An archive of either engine can be \
            restored to either.
            """)

    @Option(help: "The database: a path, sqlite:///path, or a postgres:// URL.")
    var database: String

    @Option(help: "The folder of files that customers and agents sent.")
    var blobs: String

    @Option(help: "The folder to make; it must be empty or missing.")
    var to: String

    @Flag(help: "Go on when a file of a message is missing, and say which.")
    var allowMissingBlobs = false

    func run() async throws {
        let beganAt = Date()
        let folder = URL(filePath: to, directoryHint: .isDirectory)
        try makeEmpty(folder)
        let file = folder.appending(path: ArchiveManifest.database)
        try await DatabaseArchive.copy(try DatabaseLocation(database), to: file.path)
        let list = try await copyBlobs(file, folder)
        // What was written is opened again, and every page of it read.
        let summary = try await DatabaseArchive.inspect(file.path)
        let manifest = ArchiveManifest(
            version: Version.current, schemaVersion: summary.schemaVersion, beganAt: beganAt, finishedAt: Date(),
            head: summary.head, counts: summary.counts, databaseDigest: try ArchiveManifest.digest(of: file),
            blobListDigest: try ArchiveManifest.digest(of: folder.appending(path: ArchiveManifest.blobList)),
            blobsCount: list.count)
        try manifest.write(in: folder)
        Console.say(
            "backed up to \(folder.path): \(summary.counts["message"] ?? 0) messages, \(list.count) files, log at "
                + "\(summary.head), schema \(summary.schemaVersion); verified")
    }

    private func makeEmpty(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty else {
            throw ArchiveError("\(folder.path) is not empty: a backup never overwrites")
        }
    }

    /// Copies the files that the archive's messages refer to; each is checked against its digest on the way.
    private func copyBlobs(_ file: URL, _ folder: URL) async throws -> [String] {
        try await BlobPlace.with(blobs) { source in try await copyBlobs(file, folder, from: source) }
    }

    private func copyBlobs(_ file: URL, _ folder: URL, from source: any BlobStore) async throws -> [String] {
        let target = try DiskBlobStore(path: folder.appending(path: ArchiveManifest.blobs).path)
        var kept: [String] = []
        for digest in try await DatabaseArchive.blobDigests(file.path) {
            guard let bytes = try await source.get(digest) else {
                guard allowMissingBlobs else { throw ArchiveError("the file \(digest) of a message is missing") }
                Console.say("missing: \(digest)")
                continue
            }
            guard try await target.put(bytes) == digest else { throw ArchiveError("the file \(digest) is damaged") }
            kept.append(digest)
        }
        let list = folder.appending(path: ArchiveManifest.blobList)
        try Data(kept.map { $0 + "\n" }.joined().utf8).write(to: list)
        try ArchiveManifest.sync(list)
        return kept
    }
}
