import ContactCenter
import Engine
import Foundation
import Journal

/// Files of messages: a row first, the bytes by a signed link, then a part of a message.
public struct MediaLibrary: Sendable {
    let engine: Engine
    let links: FileLinks
    let keeping: FileKeeping

    var bytes: FileBytes { FileBytes(engine: engine, keeping: keeping) }

    /// The largest file (reference, section B.12: 10 MB).
    public static let bytesMax = 10_240 << 10
    /// The longest name in characters (reference, section B.12).
    static let nameLengthMax = 1_023

    /// Begins an upload for an agent's leg, or for a guest.
    public func begin(
        conversation: ConversationID?, communication: CommunicationID?, identity: IdentityID?, name: String,
        mediaType: String
    ) async throws -> MediaRecord {
        var record = MediaRecord(
            id: engine.newID(MediaRecord.self), conversation: conversation, communication: communication,
            identity: identity, name: Self.safeName(name), mediaType: mediaType, bytesCount: 0, digest: nil,
            status: "uploading", createdAt: engine.now())
        record.unsentUntil = record.createdAt + keeping.unsent
        try await save(record)
        return record
    }

    /// A file's row.
    public func find(_ id: Identifier<MediaRecord>) async throws -> MediaRecord? {
        try await journaling { () async throws(JournalError) in try await engine.journal.media(id) }
    }

    /// Stores the bytes of an upload; a file is written once.
    func store(_ bytes: Data, name: String?, mediaType: String?, as record: MediaRecord) async throws -> MediaRecord {
        guard record.digest == nil else { throw APIError.conflict("The file has been uploaded.") }
        guard !bytes.isEmpty, bytes.count <= Self.bytesMax else { throw APIError.tooLarge(bytesMax: Self.bytesMax) }
        var stored = record
        let kept = try await self.bytes.put(bytes)
        stored.digest = kept.digest
        stored.bytesCount = Int64(bytes.count)
        if let name, !name.isEmpty { stored.name = Self.safeName(name) }
        if let mediaType, !mediaType.isEmpty { stored.mediaType = mediaType }
        stored.status = "valid"
        try self.bytes.checkTime(of: kept)
        try await save(stored)
        return stored
    }

    /// The attachment of a message to be sent, which stays from here on; 400 unless the file is whole and belongs to
    /// the conversation.
    func attachment(_ text: String, in conversation: ConversationID) async throws -> Attachment {
        guard let id = Identifier<MediaRecord>(text), let record = try await find(id),
            record.conversation == conversation
        else { throw APIError.invalidValue("mediaIds", text) }
        let isKept = try await journaling { () async throws(JournalError) in try await engine.journal.keepMedia(id) }
        guard isKept else {
            throw APIError.invalidValue("mediaIds", text, allowed: "media with status valid")
        }
        return attachment(of: record)
    }

    /// A file as a part of a message, to be stored: whoever shows it makes the link.
    func attachment(of record: MediaRecord) -> Attachment {
        Attachment(
            id: record.id.description, mediaType: Self.kind(of: record.mediaType),
            url: FileLinks.reference(to: record.id),
            mime: record.mediaType, sha256: record.digest, filename: record.name, contentSizeBytes: record.bytesCount)
    }

    /// Where the bytes are to be put. `host` is the one that the client asked.
    public func uploadURL(of id: Identifier<MediaRecord>, host: String?) -> String {
        links.address.http(host: host) + "/uploads/\(id)/\(links.signer.signature(.upload, id))"
    }

    private func save(_ record: MediaRecord) async throws {
        let isSaved = try await journaling { () async throws(JournalError) in
            try await engine.journal.saveMedia(record)
        }
        guard isSaved else { throw APIError.unavailable(retryAfterSeconds: 60) }
    }

    /// The wire's kind of an attachment.
    static func kind(of mediaType: String) -> String {
        switch mediaType.split(separator: "/").first {
        case "image": "Image"
        case "video": "Video"
        case "audio": "Audio"
        default: "File"
        }
    }

    /// The last part of a name, without what a file system or a header would read as more than a name.
    static func safeName(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let clean = last.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\"" }
        let text = String(String.UnicodeScalarView(clean)).prefix(nameLengthMax)
        return text.isEmpty ? "file" : String(text)
    }
}
