import Crypto
import Foundation

/// What an archive says of itself. It is written last: a folder without it is not a backup.
struct ArchiveManifest: Codable, Equatable {
    static let name = "manifest.json"
    static let database = "database.sqlite"
    static let blobs = "blobs"
    static let blobList = "blobs.txt"

    /// The form of the archive.
    var format = 1
    /// The version of the program that made it.
    var version: String
    var schemaVersion: Int
    /// Everything that was acknowledged before this moment is in it.
    var beganAt: Date
    var finishedAt: Date
    /// The last event of the log.
    var head: Int64
    /// Rows of each table.
    var counts: [String: Int64]
    /// SHA-256 of the database file and of the list of blobs.
    var databaseDigest: String
    var blobListDigest: String
    var blobsCount: Int

    static func read(in folder: URL) throws -> ArchiveManifest {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let data = try? Data(contentsOf: folder.appending(path: name)) else {
            throw ArchiveError("\(folder.path) has no \(name): it is no backup, or one that was not finished")
        }
        do { return try decoder.decode(ArchiveManifest.self, from: data) } catch {
            throw ArchiveError("\(name) cannot be read: \(error)")
        }
    }

    func write(in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: folder.appending(path: Self.name), options: .atomic)
        try Self.sync(folder)
    }

    /// Makes a file or the names in a folder durable.
    static func sync(_ place: URL) throws {
        let file = open(place.path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ArchiveError("cannot open \(place.path)") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw ArchiveError("cannot sync \(place.path)") }
    }

    /// SHA-256 of a file, hexadecimal, read a piece at a time.
    static func digest(of file: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var hash = SHA256()
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return hash.finalize().map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

/// Why there is no backup, or no restore; for the person at the terminal.
struct ArchiveError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
