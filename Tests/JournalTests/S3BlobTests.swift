import Foundation
import Testing

@testable import Journal
@testable import TestSupport

private let credentials = S3Credentials(accessKey: "testing", secretKey: "a secret word")
/// Short pauses: tests provoke what is repeated.
private let patience = S3Patience(attemptsMax: 3, pauseMilliseconds: 1, timeoutMilliseconds: 20_000)

private func withStore(
    _ text: String, patience: S3Patience = patience, _ body: (S3BlobStore) async throws -> Void
) async throws {
    let store = S3BlobStore(location: try S3Location(text), credentials: credentials, patience: patience)
    do { try await body(store) } catch {
        try await store.shutDown()
        throw error
    }
    try await store.shutDown()
}

/// The store says this to one request after the other.
private func withStore(
    saying script: [ScriptedServer.Answer], patience: S3Patience = patience,
    _ body: (S3BlobStore, ScriptedServer) async throws -> Void
) async throws {
    let server = try await ScriptedServer.start(script)
    let text = "s3://bucket/a?endpoint=http://127.0.0.1:\(server.port)"
    try await withStore(text, patience: patience) { store async throws in try await body(store, server) }
    try await server.stop()
}

private let digestOfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

@Suite("Blobs in a store that speaks S3")
struct S3BlobTests {
    @Test("what holds for blobs on disk holds in a bucket, with one part and with several")
    func contract() async throws {
        let moto = try await MotoServer()
        try await withStore(moto.location()) { store async throws in
            #expect(try await store.put(Data("hello".utf8)) == digestOfHello)
            #expect(try await store.put(Data("hello".utf8)) == digestOfHello)
            #expect(try await store.get(digestOfHello) == Data("hello".utf8))
            #expect(try await moto.object("files/\(digestOfHello)") == Data("hello".utf8))
            let nothing = try await store.put(Data())
            #expect(try await store.get(nothing) == Data())
            #expect(try await store.get(String(repeating: "0", count: 64)) == nil)
            for text in ["", "../secret", digestOfHello.uppercased()] { #expect(try await store.get(text) == nil) }

            let large = Data((0..<(2 * S3BlobStore.partBytesMax + 5)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
            let digest = try await store.put(large)
            #expect(try await store.get(digest) == large)
            #expect(try await moto.object("files/\(digest)") == large)
            #expect(!(try await moto.unfinishedUploads()).contains("<UploadId>"))

            try await moto.overwrite("files/\(digestOfHello)", with: Data("jello".utf8))
            await #expect(throws: BlobError.corrupt(digest: digestOfHello)) { try await store.get(digestOfHello) }
            await #expect(throws: BlobError.tooLarge(bytesMax: DiskBlobStore.blobBytesMax)) {
                try await store.put(Data(count: DiskBlobStore.blobBytesMax + 1))
            }
        }
    }

    @Test("a link opens the blob at the store itself, as what we say it is; without the setting there is none")
    func links() async throws {
        let moto = try await MotoServer()
        let presentation = BlobPresentation(
            mediaType: "text/x-tried", disposition: "attachment; filename*=UTF-8''a%20b")
        try await withStore(moto.location("&redirect=true")) { store async throws in
            let digest = try await store.put(Data("hello".utf8))
            let link = try #require(store.link(to: digest, as: presentation, forSeconds: 1_000_000))
            #expect(link.contains("X-Amz-Expires=\(S3BlobStore.linkSecondsMax)&") && !link.contains("secret"))
            let (status, body) = try await MotoServer.fetch("GET", link)
            #expect(status == 200 && body == Data("hello".utf8))
            #expect(store.link(to: "../a", as: presentation, forSeconds: 1) == nil)
        }
        try await withStore(moto.location()) { store async throws in
            #expect(store.link(to: digestOfHello, as: presentation, forSeconds: 1) == nil)
        }
    }

    @Test("what may pass is tried again, and told when it does not pass")
    func passing() async throws {
        try await withStore(saying: [.status(503), .hangUp, .status(200, "hello")]) { store, server async throws in
            #expect(try await store.get(digestOfHello) == Data("hello".utf8))
            #expect(server.requests == Array(repeating: "GET /bucket/a/\(digestOfHello) HTTP/1.1", count: 3))
        }
        let slow = ScriptedServer.Answer.status(503, "<Error><Code>SlowDown</Code></Error>")
        try await withStore(saying: [slow]) { store, server async throws in
            await #expect(
                throws: BlobError.unavailable(reason: "the store answered GET with 503 SlowDown, 3 times")
            ) { try await store.get(digestOfHello) }
            #expect(server.requests.count == 3)
        }
    }

    @Test("a refusal is told at once, without anything of the key")
    func refused() async throws {
        let body = "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>x</StringToSign></Error>"
        try await withStore(saying: [.status(403, body)]) { store, server async throws in
            await #expect(
                throws: BlobError.unavailable(reason: "the store answered GET with 403 SignatureDoesNotMatch")
            ) { try await store.get(digestOfHello) }
            #expect(server.requests.count == 1)
        }
    }

    @Test("a bucket that is missing is not a blob that is missing")
    func missingBucket() async throws {
        let script: [ScriptedServer.Answer] = [.status(404, "<Error><Code>NoSuchBucket</Code></Error>")]
        try await withStore(saying: script) { store, _ async throws in
            await #expect(throws: BlobError.self) { try await store.get(digestOfHello) }
        }
    }

    @Test("a store that says nothing is waited for so long and no longer")
    func silent() async throws {
        let short = S3Patience(attemptsMax: 2, pauseMilliseconds: 1, timeoutMilliseconds: 50)
        try await withStore(saying: [.silence], patience: short) { store, server async throws in
            await #expect(throws: BlobError.self) { try await store.get(digestOfHello) }
            #expect(server.requests.count == 2)
        }
    }

    @Test("when a part cannot be sent, the whole upload is given up")
    func abort() async throws {
        let script: [ScriptedServer.Answer] = [
            .status(404), .status(200, "<R><UploadId>u&amp;1</UploadId></R>"), .status(403),
        ]
        try await withStore(saying: script) { store, server async throws in
            await #expect(throws: BlobError.self) { try await store.put(Data(count: S3BlobStore.partBytesMax + 1)) }
            #expect(server.requests.last?.hasPrefix("DELETE /bucket/a/") == true)
            #expect(server.requests.last?.contains("?uploadId=u%261 ") == true)
        }
    }

    @Test("other bytes than those of the digest are refused")
    func corrupt() async throws {
        try await withStore(saying: [.status(200, "jello")]) { store, _ async throws in
            await #expect(throws: BlobError.corrupt(digest: digestOfHello)) { try await store.get(digestOfHello) }
        }
    }
}

@Suite("Where blobs are")
struct BlobLocationTests {
    @Test(
        "a URL names a bucket, and how it is reached",
        arguments: [
            ("s3://abc", "https", "abc.s3.us-east-1.amazonaws.com", "/", ""),
            ("s3://abc/x/y/?region=ap-northeast-1", "https", "abc.s3.ap-northeast-1.amazonaws.com", "/", "x/y/"),
            ("s3://abc?endpoint=http://127.0.0.1:9000", "http", "127.0.0.1:9000", "/abc/", ""),
            ("s3://abc?endpoint=https://s.example:443/&addressing=host", "https", "abc.s.example", "/", ""),
        ])
    func buckets(text: String, scheme: String, host: String, root: String, prefix: String) throws {
        let location = try S3Location(text)
        #expect(location.scheme == scheme && location.host == host && location.root == root)
        #expect(location.prefix == prefix && !location.isRedirecting)
        #expect(try BlobLocation(text) == .s3(location))
    }

    @Test("a path is a folder", arguments: ["blobs", "/var/lib/engawa/blobs", "./a b"])
    func folders(text: String) throws {
        #expect(try BlobLocation(text) == .disk(path: text))
    }

    @Test(
        "what cannot be meant is refused",
        arguments: [
            "", "s3:", "s3://", "s3://ab", "s3://Abc", "s3://abc/%20", "s3://abc/..", "s3://key:secret@abc",
            "s3://abc?endpoint=ftp://h", "s3://abc?endpoint=http://h/path", "s3://abc?secret=x", "s3://abc?region=",
            "s3://abc?redirect=maybe", "s3://abc?addressing=dns", "s3://abc?region=a&region=b",
        ])
    func refused(text: String) {
        #expect(throws: BlobError.self) { try BlobLocation(text) }
    }

    @Test("a store of S3 is not opened without a key")
    func noKey() throws {
        #expect(throws: BlobError.self) { try BlobLocation("s3://abc").open(credentials: nil) }
    }
}
