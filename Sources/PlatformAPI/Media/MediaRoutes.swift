import ContactCenter
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Journal

/// Files of agents' messages, and the links by which files come and go.
struct MediaRoutes: Sendable {
    let library: MediaLibrary
    let access: ConversationAccess

    private struct MediaWire: Encodable {
        var id: String
        var name: String?
        var url: String?
        var mediaType: String?
        var contentLengthBytes: Int64?
        var uploadUrl: String?
        var status: String
        var conversationId: String?
        var communicationId: String?
        var selfUri: String?
    }

    private struct UploadWire: Encodable {
        var id: String
        var name: String
        var uploadUrl: String
        var uploadHeaders: [String: String]
    }

    private struct UploadRequest: Decodable {
        var fileName: String
        var contentLengthBytes: Int64
        var contentMd5: String?
    }

    // MARK: For agents

    /// What a file may be that goes into this conversation, in the words in which guests are told of theirs.
    private struct LimitsWire: Encodable {
        struct MediaType: Encodable { var type: String }
        struct Allowed: Encodable {
            var fileTypes: [MediaType]
            var maxFileSizeKB: Int
        }

        var allowedMedia: [String: Allowed]
        var blockedExtensions: [String]
        var maxFileNameLength: Int
        var maxFilesPerMessage: Int
        /// How long an uploaded file waits for its message.
        var unsentFileSeconds: Int64
    }

    func limits(_ call: Call<Principal>) async throws -> Response {
        let judgement = library.judgement(in: try await access.accessCommunication(call).conversation)
        let limits = judgement.limits
        return try .json(
            LimitsWire(
                allowedMedia: [
                    "outbound": .init(
                        fileTypes: judgement.types.map { .init(type: $0) }, maxFileSizeKB: limits.bytesMax >> 10)
                ],
                blockedExtensions: limits.blockedExtensions.sorted(), maxFileNameLength: limits.nameLengthMax,
                maxFilesPerMessage: MessageRoutes.mediaMax, unsentFileSeconds: library.keeping.unsentSeconds))
    }

    /// Begins an upload; the body is empty.
    func create(_ call: Call<Principal>) async throws -> Response {
        let target = try await access.accessCommunication(call)
        let record = try await library.begin(
            in: target.conversation, leg: target.leg, name: "", mediaType: MediaTypes.unknown, bytesCount: 0)
        return try .json(wire(record, call))
    }

    /// Begins an upload with a name and a length that are known.
    func createUpload(_ call: Call<Principal>) async throws -> Response {
        let target = try await access.accessCommunication(call)
        let request = try await call.decodeBody(UploadRequest.self)
        let type = MediaTypes.of(fileName: request.fileName)
        let judgement = library.judgement(in: target.conversation)
        try judgement.check(name: request.fileName)
        try judgement.check(bytesCount: request.contentLengthBytes)
        // What the name does not tell, the client may with the bytes.
        if type != MediaTypes.unknown { try judgement.check(type: type) }
        let checksum = try request.contentMd5.map(Self.checksum)
        let record = try await library.begin(
            in: target.conversation, leg: target.leg, name: request.fileName, mediaType: type,
            bytesCount: request.contentLengthBytes)
        var headers = ["Content-Type": type]
        headers[HTTPField.Name.contentMD5.rawName] = request.contentMd5
        return try .json(
            UploadWire(
                id: record.id.description, name: record.name,
                uploadUrl: library.uploadURL(of: record.id, checksum: checksum, host: call.host),
                uploadHeaders: headers))
    }

    private static func checksum(_ text: String) throws(APIError) -> FileChecksum {
        guard let checksum = FileChecksum(text) else {
            throw .invalidValue("contentMd5", String(text.prefix(40)), allowed: "an MD5 in Base64")
        }
        return checksum
    }

    func get(_ call: Call<Principal>) async throws -> Response {
        let target = try await access.accessCommunication(call)
        let text = try call.parameter("mediaId")
        guard let id = Identifier<MediaRecord>(text), let record = try await library.find(id),
            record.conversation == target.conversation.id
        else { throw APIError.notFound("media", id: text) }
        return try .json(wire(record, call))
    }

    private func wire(_ record: MediaRecord, _ call: Call<Principal>) -> MediaWire {
        let host = call.host
        let isDone = record.status == "valid"
        return MediaWire(
            id: record.id.description, name: record.name,
            url: isDone ? library.links.url(of: record.id, host: host) : nil,
            mediaType: isDone ? record.mediaType : nil, contentLengthBytes: isDone ? record.bytesCount : nil,
            uploadUrl: isDone ? nil : library.uploadURL(of: record.id, host: host), status: record.status,
            conversationId: record.conversation?.description, communicationId: record.communication?.description,
            selfUri: record.conversation.flatMap { conversation in
                record.communication.map {
                    "/api/v2/conversations/messages/\(conversation)/communications/\($0)/messages/media/\(record.id)"
                }
            })
    }

    // MARK: By link

    /// Takes the bytes, raw (PUT) or as a form (POST), if nothing is wrong with them.
    func upload(_ call: Call<Principal>) async throws -> Response {
        let (record, checksum) = try await uploaded(call)
        let body = Data(buffer: try await call.body())
        let type = call.request.headers[.contentType] ?? ""
        var upload = MediaLibrary.Upload(bytes: body, type: type, checksum: checksum)
        if let form = MultipartForm(contentType: type, body: body) {
            upload.bytes = form.bytes
            upload.name = form.name
            upload.type = form.mediaType ?? ""
        }
        return try .json(wire(try await library.store(upload, as: record, logger: call.context.logger), call))
    }

    /// Gives the bytes, or the way to them at a store that answers by itself. What a browser shows safely is shown;
    /// all else is offered for saving, because a file of a customer that ran as a page of ours would be signed in as
    /// the agent who opened it.
    func download(_ call: Call<Principal>) async throws -> Response {
        let (record, secondsLeft) = try await linked(call)
        guard let digest = record.digest else { throw APIError.notFound("media", id: record.id.description) }
        let presentation = Self.presentation(of: record)
        if let link = library.engine.blobs.link(to: digest, as: presentation, forSeconds: Self.linkSeconds) {
            return Response(
                status: .found, headers: [.location: link, .cacheControl: "no-store", .referrerPolicy: "no-referrer"])
        }
        guard let bytes = try await library.engine.blobs.get(digest) else {
            throw APIError.notFound("media", id: record.id.description)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: presentation.mediaType, .contentDisposition: presentation.disposition,
                .contentSecurityPolicy: "default-src 'none'; sandbox", .xContentTypeOptions: "nosniff",
                .cacheControl: "private, max-age=\(secondsLeft), immutable",
                .crossOriginResourcePolicy: "cross-origin", .referrerPolicy: "no-referrer",
            ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// How long somebody who was sent on to the store may take to begin.
    private static let linkSeconds = 300

    private static func presentation(of record: MediaRecord) -> BlobPresentation {
        let isShown = MediaTypes.isShownByBrowsers(record.mediaType)
        let name = record.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "file"
        return BlobPresentation(
            mediaType: isShown ? record.mediaType : "application/octet-stream",
            disposition: "\(isShown ? "inline" : "attachment"); filename*=UTF-8''\(name)")
    }

    /// The file of a link for reading. A link that is over is answered as one that never was.
    private func linked(_ call: Call<Principal>) async throws -> (MediaRecord, secondsLeft: Int64) {
        let text = try call.parameter("mediaId")
        guard let id = Identifier<MediaRecord>(text),
            let left = library.links.secondsLeft(
                of: id, expires: try call.parameter("expires"), signature: try call.parameter("signature"))
        else { throw APIError.forbidden("The link is not valid, or is not valid any more.") }
        guard let record = try await library.find(id) else { throw APIError.notFound("media", id: text) }
        return (record, left)
    }

    /// The file of a link for writing, and what its bytes must sum up to. A sum that was announced is a part of the
    /// link; one that a client adds is looked at too.
    private func uploaded(_ call: Call<Principal>) async throws -> (MediaRecord, FileChecksum?) {
        let text = try call.parameter("mediaId")
        let signature = try call.parameter("signature")
        let checksum = call.request.headers[.contentMD5].flatMap(FileChecksum.init)
        guard let id = Identifier<MediaRecord>(text),
            [checksum, nil].contains(where: {
                Secrets.areEqual(signature, library.links.signer.signature(ofUpload: id, checksum: $0))
            }),
            let record = try await library.find(id)
        else { throw APIError.notFound("media", id: text) }
        return (record, checksum)
    }
}

/// Media types by the names of files, and which of them a browser may show.
enum MediaTypes {
    static func of(fileName: String) -> String {
        let suffix = fileName.split(separator: ".").last?.lowercased() ?? ""
        return known[suffix] ?? unknown
    }

    /// What is said of a file of which nothing is known.
    static let unknown = "application/octet-stream"

    static func isShownByBrowsers(_ type: String) -> Bool {
        let plain = type.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? ""
        return shown.contains(plain)
    }

    /// Without SVG and HTML, which can hold scripts.
    private static let shown: Set<String> = [
        "image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/ogg", "audio/wav", "video/mp4",
        "video/webm",
    ]

    private static let known = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4", "webm": "video/webm",
        "pdf": "application/pdf", "txt": "text/plain", "csv": "text/csv", "zip": "application/zip",
        "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ]
}
