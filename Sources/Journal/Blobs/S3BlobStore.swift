import Crypto
import Foundation

/// Blobs in a bucket of a store that speaks S3, under their SHA-256. Several nodes share it.
///
/// The store compares each body with its digest when it takes it, and what is read is checked against its name again.
/// A blob appears whole or not at all, also one that was sent in parts.
public struct S3BlobStore: BlobStore {
    /// A larger blob is sent in parts of this size; S3 takes none below 5 MiB.
    static let partBytesMax = 8 << 20
    /// Parts of one blob under way at once.
    static let partsAtOnceMax = 3
    /// How long a link to the store may be good for.
    static let linkSecondsMax = 3_600

    private let client: S3Client

    public init(location: S3Location, credentials: S3Credentials) {
        self.init(location: location, credentials: credentials, patience: S3Patience())
    }

    init(location: S3Location, credentials: S3Credentials, patience: S3Patience) {
        client = S3Client(location: location, credentials: credentials, patience: patience)
    }

    public func put(_ bytes: Data) async throws -> String {
        guard bytes.count <= DiskBlobStore.blobBytesMax else {
            throw BlobError.tooLarge(bytesMax: DiskBlobStore.blobBytesMax)
        }
        let digest = SHA256.hash(data: bytes).hexadecimal
        if try await size(of: digest) == bytes.count { return digest }
        if bytes.count <= Self.partBytesMax {
            try await write(.init(method: "PUT", key: key(digest), body: bytes, payload: digest))
        } else {
            try await putInParts(bytes, digest)
        }
        return digest
    }

    public func get(_ digest: String) async throws -> Data? {
        // Only a digest becomes a key, never what somebody else sends.
        guard DiskBlobStore.isDigest(digest) else { return nil }
        let request = S3Client.Request(
            method: "GET", key: key(digest), answerBytesMax: DiskBlobStore.blobBytesMax)
        guard let answer = try await client.send(request) else { return nil }
        guard SHA256.hash(data: answer.body).hexadecimal == digest else { throw BlobError.corrupt(digest: digest) }
        return answer.body
    }

    public func remove(_ digest: String) async throws {
        guard DiskBlobStore.isDigest(digest) else { return }
        _ = try await client.send(.init(method: "DELETE", key: key(digest)))
    }

    public func link(to digest: String, as presentation: BlobPresentation, forSeconds seconds: Int) -> String? {
        guard client.location.isRedirecting, DiskBlobStore.isDigest(digest) else { return nil }
        let request = SignatureV4.Request(
            method: "GET", path: client.location.root + key(digest),
            query: [
                ("response-content-type", presentation.mediaType),
                ("response-content-disposition", presentation.disposition),
            ], headers: [("host", client.location.host)], payload: SignatureV4.unsignedPayload)
        let seconds = min(max(seconds, 1), Self.linkSecondsMax)
        let query = client.signer.presignedQuery(request, at: Date(), expiresInSeconds: seconds)
        let path = SignatureV4.encode(request.path, keepsSlashes: true)
        return "\(client.location.scheme)://\(client.location.host)\(path)?\(query)"
    }

    public func shutDown() async throws { try await client.http.shutdown() }

    private func key(_ digest: String) -> String { client.location.prefix + digest }

    private func size(of digest: String) async throws -> Int? {
        try await client.send(.init(method: "HEAD", key: key(digest)))?.headers["content-length"].flatMap { Int($0) }
    }

    @discardableResult
    private func write(_ request: S3Client.Request) async throws -> S3Client.Answer {
        guard let answer = try await client.send(request) else {
            throw BlobError.unavailable(reason: "the store answered \(request.method) with 404")
        }
        return answer
    }

    /// Sends parts side by side and puts them together; gives up the whole when one cannot be sent, so that the store
    /// keeps no parts of what nobody will finish.
    private func putInParts(_ bytes: Data, _ digest: String) async throws {
        let start = try await write(.init(method: "POST", key: key(digest), query: [("uploads", "")]))
        guard let upload = S3Client.element("UploadId", in: start.body) else {
            throw BlobError.unavailable(reason: "the store began an upload without an id")
        }
        do {
            let tags = try await sendParts(bytes, digest, upload)
            let list = tags.enumerated().map { number, tag in
                "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(Self.escaped(tag))</ETag></Part>"
            }
            let body = Data("<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>".utf8)
            try await write(
                .init(
                    method: "POST", key: key(digest), query: [("uploadId", upload)], body: body,
                    payload: SHA256.hash(data: body).hexadecimal, mayFailWithin: true))
        } catch {
            // An answer may have been lost after the store had put the parts together.
            if (try? await size(of: digest)) == bytes.count { return }
            _ = try? await client.send(.init(method: "DELETE", key: key(digest), query: [("uploadId", upload)]))
            throw error
        }
    }

    private func sendParts(_ bytes: Data, _ digest: String, _ upload: String) async throws -> [String] {
        let starts = Array(stride(from: 0, to: bytes.count, by: Self.partBytesMax))
        return try await withThrowingTaskGroup(of: (Int, String).self) { group in
            var tags = [String](repeating: "", count: starts.count)
            for (number, start) in starts.enumerated() {
                if number >= Self.partsAtOnceMax, let (done, tag) = try await group.next() { tags[done] = tag }
                group.addTask {
                    let part = Data(bytes.dropFirst(start).prefix(Self.partBytesMax))
                    let answer = try await write(
                        .init(
                            method: "PUT", key: key(digest),
                            query: [("partNumber", String(number + 1)), ("uploadId", upload)], body: part,
                            payload: SHA256.hash(data: part).hexadecimal))
                    guard let tag = answer.headers["etag"] else {
                        throw BlobError.unavailable(reason: "the store took a part without a tag")
                    }
                    return (number, tag)
                }
            }
            for try await (done, tag) in group { tags[done] = tag }
            return tags
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
