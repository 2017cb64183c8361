import Foundation
import Testing

@testable import Journal

@Suite("Blobs on disk")
struct BlobTests {
    private let digestOfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

    @Test("bytes are found under their SHA-256, in two levels of folders, also by a later store")
    func roundTrip() async throws {
        let folder = try TemporaryFolder()
        let store = try DiskBlobStore(path: folder.path + "/blobs")
        #expect(try await store.put(Data("hello".utf8)) == digestOfHello)
        #expect(try await store.get(digestOfHello) == Data("hello".utf8))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/blobs/2c/f2/" + digestOfHello))
        #expect(try await DiskBlobStore(path: folder.path + "/blobs").get(digestOfHello) == Data("hello".utf8))
        let nothing = try await store.put(Data())
        #expect(try await store.get(nothing) == Data())
    }

    @Test("what is not there, or is no digest, is nil: no text becomes a path")
    func unknown() async throws {
        let folder = try TemporaryFolder()
        let store = try DiskBlobStore(path: folder.path)
        try Data("secret".utf8).write(to: URL(fileURLWithPath: folder.path + "/secret"))
        for text in [String(repeating: "0", count: 64), "", "../secret", String(repeating: "../", count: 20) + "etc/"] {
            #expect(try await store.get(text) == nil, "\(text)")
        }
        #expect(try await store.get(digestOfHello.uppercased()) == nil)
    }

    @Test("equal blobs at once are one file and nothing unfinished")
    func equalAtOnce() async throws {
        let folder = try TemporaryFolder()
        let store = try DiskBlobStore(path: folder.path)
        let bytes = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let digests = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await store.put(bytes) } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        let digest = try #require(digests.first)
        #expect(digests.count == 1)
        #expect(try await store.get(digest) == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/unfinished").isEmpty)
    }

    @Test("changed bytes are refused, and mended by storing them again where their length tells")
    func corruption() async throws {
        let folder = try TemporaryFolder()
        let store = try DiskBlobStore(path: folder.path)
        let digest = try await store.put(Data("hello".utf8))
        let file = URL(fileURLWithPath: folder.path + "/2c/f2/" + digest)
        try Data("hell".utf8).write(to: file)
        await #expect(throws: BlobError.corrupt(digest: digest)) { try await store.get(digest) }
        try await #expect(store.put(Data("hello".utf8)) == digest)
        #expect(try await store.get(digest) == Data("hello".utf8))
    }

    @Test("a blob over the limit is refused before anything is written")
    func limit() async throws {
        let folder = try TemporaryFolder()
        let store = try DiskBlobStore(path: folder.path)
        await #expect(throws: BlobError.tooLarge(bytesMax: DiskBlobStore.blobBytesMax)) {
            try await store.put(Data(count: DiskBlobStore.blobBytesMax + 1))
        }
    }

    @Test("what a crash left unfinished goes away with the next start, what is under way stays")
    func leftOvers() async throws {
        let folder = try TemporaryFolder()
        let old = folder.path + "/unfinished/old"
        let young = folder.path + "/unfinished/young"
        try FileManager.default.createDirectory(
            atPath: folder.path + "/unfinished", withIntermediateDirectories: true)
        for path in [old, young] { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }
        let past = Date(timeIntervalSinceNow: -2 * DiskBlobStore.unfinishedSeconds)
        try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: old)
        let store = try DiskBlobStore(path: folder.path)
        #expect(try await store.get(digestOfHello) == nil)
        #expect(!FileManager.default.fileExists(atPath: old))
        #expect(FileManager.default.fileExists(atPath: young))
    }
}
