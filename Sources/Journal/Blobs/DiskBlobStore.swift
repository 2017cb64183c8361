import Crypto
import Foundation

/// Why a blob could not be stored or read.
public enum BlobError: Error, Sendable, Equatable {
    /// More bytes than one blob may have.
    case tooLarge(bytesMax: Int)
    /// The stored bytes are not those of the digest: the disk or somebody changed them.
    case corrupt(digest: String)
    /// The disk or the store refused, or is out of reach; the reason is for the log.
    case unavailable(reason: String)
}

/// Blobs as files named by their SHA-256, in two levels of folders.
///
/// A blob is written beside its place, synced, and renamed into it, so that a name never stands for half a file, and
/// equal blobs that arrive at once do not disturb each other. What is read is checked against its name.
public final class DiskBlobStore: BlobStore {
    /// Bytes of one blob at most: above what any channel takes for a message's file.
    public static let blobBytesMax = 64 << 20
    /// Files that are read or written at once; each blocks a thread.
    static let operationsMax = 4
    /// Unfinished files older than this are left over from a crash.
    static let unfinishedSeconds = 3_600.0

    private let root: URL
    private let unfinished: URL
    private let threads: OperationQueue

    /// A store in a folder, which is made if it is missing.
    public init(path: String) throws(BlobError) {
        root = URL(fileURLWithPath: path, isDirectory: true)
        unfinished = root.appendingPathComponent("unfinished", isDirectory: true)
        threads = OperationQueue()
        threads.maxConcurrentOperationCount = Self.operationsMax
        do {
            try FileManager.default.createDirectory(
                at: unfinished, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try removeLeftOvers()
        } catch {
            throw .unavailable(reason: "\(error)")
        }
    }

    public func put(_ bytes: Data) async throws -> String {
        guard bytes.count <= Self.blobBytesMax else { throw BlobError.tooLarge(bytesMax: Self.blobBytesMax) }
        return try await onThread { [self] () throws(BlobError) in
            let digest = SHA256.hash(data: bytes).hexadecimal
            let place = place(of: digest)
            if size(of: place) != bytes.count { try write(bytes, to: place) }
            // Also when the file is there already: whoever renamed it may not have synced the folders yet.
            try syncFolders(of: place)
            return digest
        }
    }

    public func get(_ digest: String) async throws -> Data? {
        // Only a digest becomes a path, never what somebody else sends.
        guard Self.isDigest(digest) else { return nil }
        return try await onThread { [self] () throws(BlobError) in
            let place = place(of: digest)
            guard let size = size(of: place) else { return nil }
            guard size <= Self.blobBytesMax, let bytes = FileManager.default.contents(atPath: place.path),
                SHA256.hash(data: bytes).hexadecimal == digest
            else { throw .corrupt(digest: digest) }
            return bytes
        }
    }

    public func remove(_ digest: String) async throws {
        guard Self.isDigest(digest) else { return }
        try await onThread { [self] () throws(BlobError) in
            let place = place(of: digest)
            guard unlink(place.path) == 0 else {
                if errno == ENOENT { return }
                throw Self.failure("remove", place)
            }
            // Before anybody says that they are gone; folders stay, others will come into them.
            try syncFolders(of: place)
        }
    }

    /// `ab/cd/abcd…`: with a million blobs a folder holds a few.
    private func place(of digest: String) -> URL {
        root.appendingPathComponent(String(digest.prefix(2)), isDirectory: true)
            .appendingPathComponent(String(digest.dropFirst(2).prefix(2)), isDirectory: true)
            .appendingPathComponent(digest)
    }

    private func write(_ bytes: Data, to place: URL) throws(BlobError) {
        let draft = unfinished.appendingPathComponent(UUID().uuidString)
        do {
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable(reason: "\(error)")
        }
        let file = open(draft.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("open", draft) }
        defer { close(file) }
        do throws(BlobError) {
            try write(bytes, to: file, draft)
            guard fsync(file) == 0 else { throw Self.failure("sync", draft) }
            guard rename(draft.path, place.path) == 0 else { throw Self.failure("rename", place) }
        } catch {
            unlink(draft.path)
            throw error
        }
    }

    private func write(_ bytes: Data, to file: Int32, _ draft: URL) throws(BlobError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", draft) }
            rest = rest.dropFirst(count)
        }
    }

    /// The file's own folder holds its name; the two above hold those of the folders.
    private func syncFolders(of place: URL) throws(BlobError) {
        var folder = place
        for _ in 0..<3 {
            folder.deleteLastPathComponent()
            let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.failure("open", folder) }
            let isSynced = fsync(descriptor) == 0
            close(descriptor)
            guard isSynced else { throw Self.failure("sync", folder) }
        }
    }

    private func size(of place: URL) -> Int? {
        var information = stat()
        return stat(place.path, &information) == 0 ? Int(information.st_size) : nil
    }

    private func removeLeftOvers() throws {
        let keys: Set<URLResourceKey> = [.contentModificationDateKey]
        let files = try FileManager.default.contentsOfDirectory(
            at: unfinished, includingPropertiesForKeys: Array(keys))
        for file in files {
            let changedAt = try file.resourceValues(forKeys: keys).contentModificationDate ?? .distantPast
            if -changedAt.timeIntervalSinceNow > Self.unfinishedSeconds {
                try FileManager.default.removeItem(at: file)
            }
        }
    }

    private func onThread<Answer: Sendable>(
        _ body: @escaping @Sendable () throws(BlobError) -> Answer
    ) async throws(BlobError) -> Answer {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Answer, BlobError>, Never>) in
            threads.addOperation { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }

    private static func failure(_ what: String, _ place: URL) -> BlobError {
        .unavailable(reason: "cannot \(what) \(place.path): \(String(cString: strerror(errno)))")
    }

    /// Whether a text is a SHA-256 in lower-case hexadecimal digits.
    static func isDigest(_ text: String) -> Bool { text.utf8.count == 64 && text.utf8.allSatisfy(isDigit) }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
