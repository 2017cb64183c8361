import ArgumentParser
import Foundation
import Journal

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup into an empty database and an empty folder of files, and verify it.",
        discussion: """
            Refuses a target that has anything in it, and an archive that is not whole. What had to be sent when the \
            backup was made is sent when the server starts, under the same ids.
            """)

    @Option(help: "The folder that `engawa backup` made.")
    var from: String

    @Option(help: "The database to fill: a path, sqlite:///path, or a postgres:// URL.")
    var database: String

    @Option(help: "The folder of files to fill.")
    var blobs: String

    func run() async throws {
        let folder = URL(filePath: from, directoryHint: .isDirectory)
        let manifest = try ArchiveManifest.read(in: folder)
        let digests = try await check(folder, manifest)
        let target = try DatabaseLocation(database)
        if case .postgres = target, manifest.schemaVersion != SQLJournal.schemaVersion {
            throw ArchiveError(
                "the archive has schema \(manifest.schemaVersion), this program \(SQLJournal.schemaVersion): restore "
                    + "with the version that made it, then upgrade")
        }
        guard (try? FileManager.default.contentsOfDirectory(atPath: blobs))?.isEmpty ?? true else {
            throw ArchiveError("\(blobs) is not empty: a restore never overwrites")
        }
        try await copyBlobs(digests, folder)
        try await DatabaseArchive.restore(folder.appending(path: ArchiveManifest.database).path, to: target)
        try await verify(target, manifest)
        Console.say(
            "restored \(manifest.counts["message"] ?? 0) messages and \(manifest.blobsCount) files, log at "
                + "\(manifest.head); verified")
    }

    /// Everything is as the manifest says, before anything is written.
    private func check(_ folder: URL, _ manifest: ArchiveManifest) async throws -> [String] {
        guard manifest.format == 1, manifest.schemaVersion <= SQLJournal.schemaVersion else {
            throw ArchiveError("a newer program made this archive: restore it with that one")
        }
        let file = folder.appending(path: ArchiveManifest.database)
        let list = folder.appending(path: ArchiveManifest.blobList)
        for (place, digest) in [(file, manifest.databaseDigest), (list, manifest.blobListDigest)] {
            guard (try? ArchiveManifest.digest(of: place)) == digest else {
                throw ArchiveError("\(place.lastPathComponent) is damaged or missing: it is not what was backed up")
            }
        }
        let summary = try await DatabaseArchive.inspect(file.path)
        guard summary.head == manifest.head, summary.counts == manifest.counts else {
            throw ArchiveError("the database of the archive is not what the manifest says")
        }
        return try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func copyBlobs(_ digests: [String], _ folder: URL) async throws {
        let source = try DiskBlobStore(path: folder.appending(path: ArchiveManifest.blobs).path)
        // All are looked at before the first is written.
        for digest in digests {
            guard try await source.get(digest) != nil else { throw ArchiveError("the file \(digest) is missing") }
        }
        try await BlobPlace.with(blobs) { target in
            for digest in digests {
                guard let bytes = try await source.get(digest), try await target.put(bytes) == digest else {
                    throw ArchiveError("the file \(digest) could not be restored")
                }
            }
        }
    }

    private func verify(_ target: DatabaseLocation, _ manifest: ArchiveManifest) async throws {
        let summary =
            switch target {
            case .sqlite(let path): try await DatabaseArchive.inspect(path)
            case .postgres:
                try await DatabaseArchive.summary(of: target, tables: manifest.counts.keys.sorted())
            }
        guard summary.head == manifest.head, summary.counts == manifest.counts else {
            throw ArchiveError("the restored database is not what was backed up; do not use it")
        }
    }
}
