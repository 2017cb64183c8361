import Foundation
import NIOCore
import Testing

@testable import PlatformAPI

@Suite("What archives unpack to")
struct UnpackingTests {
    /// An entry of an archive that is made by hand: packed bytes, and what the directory says of them.
    private struct Entry {
        var packed: [UInt8]
        var saidBytes: UInt32
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// Where it says it begins; behind the one before unless set.
        var offset: UInt32?

        /// Bytes that are not packed.
        static func plain(_ bytes: [UInt8]) -> Entry { Entry(packed: bytes, saidBytes: UInt32(bytes.count)) }
    }

    private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func archive(_ entries: [Entry], behind prefix: [UInt8] = []) -> [UInt8] {
        var (content, directory) = (prefix, [UInt8]())
        for entry in entries {
            let offset = entry.offset ?? UInt32(content.count - prefix.count)
            let sizes = number(UInt32(0)) + number(UInt32(entry.packed.count)) + number(entry.saidBytes)
            let head = number(UInt16(20)) + number(entry.flags) + number(entry.method) + number(UInt32(0)) + sizes
            if entry.offset == nil { content += [0x50, 0x4B, 3, 4] + head + [1, 0, 0, 0, 0x61] + entry.packed }
            directory += [0x50, 0x4B, 1, 2, 20, 0] + head + [1, 0, 0, 0] + [UInt8](repeating: 0, count: 10)
            directory += number(offset) + [0x61]
        }
        let count = number(UInt16(entries.count))
        let place = number(UInt32(directory.count)) + number(UInt32(content.count - prefix.count))
        return content + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + place + [0, 0]
    }

    /// Zeros, packed without a frame.
    private static func zeros(_ count: Int) throws -> [UInt8] {
        // A gzip's frame is ten bytes before and eight behind.
        let gzip = try #require(FileTransfer.compressed(Data(count: count)))
        return Array(gzip.dropFirst(10).dropLast(8))
    }

    private static func isBounded(_ bytes: [UInt8]) async -> Bool {
        var limits = FileLimits()
        limits.unpackedBytesMax = 100_000
        limits.unpackedTimesMax = 10
        limits.bytesMax = 60_000
        return await Unpacking.isBounded(ByteBuffer(bytes: bytes), limits)
    }

    @Test("what stays within its share is taken")
    func within() async throws {
        let packed = try Self.zeros(90_000)
        let entry = Entry(packed: packed, saidBytes: 90_000, method: 8)
        let small = Self.archive([.plain([1, 2, 3]), entry])
        let gzip = Array(try #require(FileTransfer.compressed(Data(count: 90_000))))
        let cases: [[UInt8]] = [
            [], [1, 2, 3], Self.archive([]), small, Self.archive([entry], behind: Array("before it".utf8)),
            Self.archive([.plain(Self.archive([.plain([1])])), .plain([])]), small + [0, 0, 0],
            // By ten times its size: noise takes room.
            Self.archive([.plain((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 97) }), entry, entry]),
            Self.archive([Entry(packed: [9, 9], saidBytes: 90_000, method: 8, flags: 1)]),
            Self.archive([Entry(packed: [9, 9], saidBytes: 90_000, method: 14)]),
            Self.archive([Entry(packed: [], saidBytes: 0, method: 8)]),
            gzip, [0x1F, 0x8B, 8, 0, 1, 2, 3],
        ]
        for bytes in cases { #expect(await Self.isBounded(bytes), "\(bytes.count) bytes") }
    }

    @Test("what goes beyond, or hides how far it goes, is refused")
    func beyond() async throws {
        let packed = try Self.zeros(120_000)
        let entry = Entry(packed: packed, saidBytes: 120_000, method: 8)
        let half = Entry(packed: try Self.zeros(60_000), saidBytes: 60_000, method: 8)
        let gzip = Array(try #require(FileTransfer.compressed(Data(count: 60_000))))
        let long = try #require(FileTransfer.compressed(Data(count: 120_000)))
        var deep = Self.archive([.plain([1])])
        for _ in 0..<6 { deep = Self.archive([.plain(deep)]) }
        var liar = entry
        liar.saidBytes = 10
        var again = half
        again.offset = 0
        var fewer = half
        fewer.saidBytes = 1_000
        let cases: [String: [UInt8]] = [
            "its own word": Self.archive([entry]),
            "its own word, encrypted": Self.archive([
                Entry(packed: [9], saidBytes: 120_000, method: 8, flags: 1)
            ]),
            "the sum": Self.archive([half, half]), "behind something": Self.archive([entry], behind: [1, 2, 3]),
            "a lie": Self.archive([liar]), "a lie within the share": Self.archive([fewer]),
            "shared bytes": Self.archive([half, again]), "no directory": Array(Self.archive([half]).dropLast(30)),
            "a lie about what is not packed": Self.archive([Entry(packed: [1], saidBytes: 2)]),
            "an archive in it": Self.archive([.plain(Self.archive([entry]))]),
            "a stream in it": Self.archive([.plain(gzip), .plain(gzip)]), "streams in a row": gzip + gzip,
            "a stream without its end": Array(long.dropLast(9)),
            "too deep": deep,
        ]
        for (name, bytes) in cases { #expect(await !Self.isBounded(bytes), "\(name)") }
    }

    @Test("whatever is changed in an archive, it is judged")
    func changed() async throws {
        let packed = try Self.zeros(60_000)
        let bytes = Self.archive([.plain([1, 2]), Entry(packed: packed, saidBytes: 60_000, method: 8)])
        for index in bytes.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var other = bytes
                other[index] = value
                _ = await Self.isBounded(other)
            }
        }
        for count in bytes.indices { _ = await Self.isBounded(Array(bytes.prefix(count))) }
    }
}
