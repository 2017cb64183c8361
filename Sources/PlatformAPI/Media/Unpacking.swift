import NIOCore

/// Whether an archive unpacks to far more than it is. ZIP and gzip are unpacked into nothing, with what they hold of
/// their own kind, until they are through or have had their share: what an archive says of itself may be a lie.
/// Entries that nobody here can unpack (encrypted, or of other methods) are believed.
struct Unpacking {
    /// Archives within archives: a sheet in a document in a folder makes three.
    private static let depthMax = 6
    /// Streams of gzip in a row: a writer that begins anew after each 64 KB makes hundreds.
    private static let streamsMax = 10_000

    private let limits: FileLimits
    private var bytesLeft: UInt64
    private let inflater = Inflater()

    private struct TooMuch: Error {}

    private init(_ file: ByteBuffer, _ limits: FileLimits) {
        self.limits = limits
        bytesLeft = UInt64(max(limits.unpackedBytesMax, file.readableBytes * limits.unpackedTimesMax))
    }

    /// Whether a file is no archive, or one that may be stored.
    static func isBounded(_ file: ByteBuffer, _ limits: FileLimits) async -> Bool {
        var unpacking = Unpacking(file, limits)
        do {
            try await unpacking.take(file, depth: 0)
            return true
        } catch { return false }
    }

    private static func isArchive(_ file: ByteBuffer) -> Bool { ZipDirectory.begins(file) || isGzip(file) }

    private static func isGzip(_ file: ByteBuffer) -> Bool {
        file.big(at: 0, as: UInt16.self) == 0x1F8B && file.big(at: 2, as: UInt8.self) == 8
    }

    private mutating func take(_ file: ByteBuffer, depth: Int) async throws(TooMuch) {
        if Self.isGzip(file) { return try await takeGzip(file, depth) }
        // Self-extracting archives have a program before them, and readers only look at the end.
        guard ZipDirectory.begins(file) || ZipDirectory.end(in: file) != nil else { return }
        let entries: [ZipDirectory.Entry]
        do { entries = try ZipDirectory(file).entries } catch {
            // What only seems to end as one is none.
            if error == .unreadable, !ZipDirectory.begins(file) { return }
            throw TooMuch()
        }
        try check(entries)
        for entry in entries { try await take(entry, of: file, depth) }
    }

    /// What is too much by its own word needs no unpacking.
    private func check(_ entries: [ZipDirectory.Entry]) throws(TooMuch) {
        var total: UInt64 = 0
        for entry in entries {
            let (sum, isOver) = total.addingReportingOverflow(entry.unpackedBytes)
            guard !isOver, sum <= bytesLeft else { throw TooMuch() }
            total = sum
        }
    }

    private mutating func take(
        _ entry: ZipDirectory.Entry, of file: ByteBuffer, _ depth: Int
    ) async throws(TooMuch) {
        guard !entry.isEncrypted, entry.method == 0 || entry.method == 8,
            let packed = file.getSlice(at: entry.packed.lowerBound, length: entry.packed.count)
        else { return try spend(entry.unpackedBytes) }
        guard entry.method == 8 else {
            guard entry.unpackedBytes == UInt64(packed.readableBytes) else { throw TooMuch() }
            try spend(entry.unpackedBytes)
            if Self.isArchive(packed) { try await descend(packed, depth) }
            return
        }
        let archive = try await unpack(packed, as: .deflate, bytesMax: entry.unpackedBytes)
        if let archive { try await descend(archive, depth) }
    }

    private mutating func takeGzip(_ file: ByteBuffer, _ depth: Int) async throws(TooMuch) {
        var rest = file
        for _ in 0..<Self.streamsMax {
            let archive = try await unpack(rest, as: .gzip, bytesMax: .max)
            guard inflater.consumed > 0 else { return }
            rest.moveReaderIndex(forwardBy: inflater.consumed)
            rest = rest.slice()
            if let archive { try await descend(archive, depth) }
            guard Self.isGzip(rest) else { return }
        }
        throw TooMuch()
    }

    /// Unpacks one stream: what it holds, if that is an archive itself.
    private mutating func unpack(
        _ packed: ByteBuffer, as form: Inflater.Form, bytesMax: UInt64
    ) async throws(TooMuch) -> ByteBuffer? {
        inflater.begin(form)
        var (bytes, archive) = (UInt64(0), ByteBuffer?.none)
        while true {
            let isMore = inflater.step(packed)
            let output = inflater.output
            try spend(UInt64(output.count))
            if bytes == 0, Self.isArchive(ByteBuffer(bytes: output.prefix(4))) { archive = ByteBuffer() }
            bytes += UInt64(output.count)
            archive?.writeBytes(output)
            // An archive that would be too large by itself is so within another.
            guard bytes <= bytesMax, archive.map({ $0.readableBytes <= limits.bytesMax }) != false else {
                throw TooMuch()
            }
            guard isMore else { return archive }
            await Task.yield()
        }
    }

    private mutating func descend(_ archive: ByteBuffer, _ depth: Int) async throws(TooMuch) {
        guard depth + 1 < Self.depthMax else { throw TooMuch() }
        try await take(archive, depth: depth + 1)
    }

    private mutating func spend(_ bytes: UInt64) throws(TooMuch) {
        guard bytes <= bytesLeft else { throw TooMuch() }
        bytesLeft -= bytes
    }
}
