import ContactCenter
import Engine
import Foundation
import Journal
import Logging

/// Files of messages: a row first, the bytes by a signed link, then a part of a message.
public struct MediaLibrary: Sendable {
    let engine: Engine
    let links: FileLinks
    let keeping: FileKeeping
    /// What a file of an agent may be.
    let limits: FileLimits

    var bytes: FileBytes { FileBytes(engine: engine, keeping: keeping) }

    /// The name of a file that came without one.
    private static let nameDefault = "file"

    /// What comes by an agent's link.
    struct Upload: Sendable {
        var bytes: Data
        /// In a form only.
        var name: String?
        /// As the client declares it; empty when it does not.
        var type: String
        /// What the bytes must sum up to.
        var checksum: FileChecksum?
    }

    // MARK: Uploads of agents

    /// What holds for the files of agents in a conversation: what is configured, and what the integration says that it
    /// carries (`supportedContent.mediaTypes.allow.outbound`).
    func judgement(in conversation: Conversation) -> FileJudgement {
        let id = conversation.origin?.integration.description ?? ""
        let integration = engine.directory.find(.webDeployment, id) ?? engine.directory.find(.openIntegration, id)
        let allowed = integration?.body["supportedContent"]?["mediaTypes"]?["allow"]
        return FileJudgement(limits, supported: allowed?["outbound"])
    }

    /// Begins an upload for a leg. `bytesCount`: as announced, or 0.
    func begin(
        in conversation: Conversation, leg: CommunicationID, name: String, mediaType: String, bytesCount: Int64
    ) async throws -> MediaRecord {
        var record = MediaRecord(
            id: engine.newID(MediaRecord.self), conversation: conversation.id, communication: leg, identity: nil,
            name: name.isEmpty ? Self.nameDefault : name, mediaType: mediaType, bytesCount: bytesCount, digest: nil,
            status: "uploading", createdAt: engine.now())
        record.unsentUntil = record.createdAt + keeping.unsent
        let begun = record
        let isSaved = try await journaling { () async throws(JournalError) in
            try await engine.journal.saveMedia(begun)
        }
        guard isSaved else { throw APIError.unavailable(retryAfterSeconds: 60) }
        return begun
    }

    /// A file's row.
    public func find(_ id: Identifier<MediaRecord>) async throws -> MediaRecord? {
        try await journaling { () async throws(JournalError) in try await engine.journal.media(id) }
    }

    /// Judges the bytes of an upload and stores them. A file is written once, and what is refused stays refused, except
    /// where nobody could tell.
    func store(_ upload: Upload, as record: MediaRecord, logger: Logger) async throws -> MediaRecord {
        guard record.status == "uploading" else { throw Self.isSettled }
        var file = record
        if let name = upload.name, !name.isEmpty { file.name = name }
        let declared = FileJudgement.plain(upload.type)
        file.mediaType = declared.isEmpty ? MediaTypes.of(fileName: file.name) : declared
        file.bytesCount = Int64(upload.bytes.count)
        let judgement = try await judgement(of: record)
        do throws(FileRefusal) {
            try await judge(upload, file, announced: record, by: judgement)
        } catch {
            error.log(to: logger)
            if error.isFinal { try await settle(refused: record) }
            throw error
        }
        let kept = try await bytes.put(upload.bytes)
        file.digest = kept.digest
        file.status = "valid"
        try bytes.checkTime(of: kept)
        guard try await settle(file, bytesUntil: kept.until) else {
            guard try await find(file.id)?.status == "uploading" else { throw Self.isSettled }
            throw APIError.unavailable(retryAfterSeconds: 60)
        }
        return file
    }

    private static var isSettled: APIError { .conflict("The file was uploaded, or refused.") }

    private func judge(
        _ upload: Upload, _ file: MediaRecord, announced: MediaRecord, by judgement: FileJudgement
    ) async throws(FileRefusal) {
        if upload.name != nil { try judgement.check(name: file.name) }
        try judgement.check(type: file.mediaType)
        try judgement.check(bytesCount: file.bytesCount)
        guard announced.bytesCount == 0 || announced.bytesCount == file.bytesCount else {
            throw .length(announced: announced.bytesCount)
        }
        guard upload.checksum == nil || upload.checksum == FileChecksum(of: upload.bytes) else { throw .checksum }
        try await judgement.judge(upload.bytes, as: file.mediaType)
    }

    private func judgement(of record: MediaRecord) async throws -> FileJudgement {
        guard let id = record.conversation else { return FileJudgement(limits) }
        return judgement(in: try await engine.conversations.find(id))
    }

    private func settle(refused record: MediaRecord) async throws {
        var file = record
        file.status = "invalid"
        _ = try await settle(file, bytesUntil: engine.now())
    }

    private func settle(_ file: MediaRecord, bytesUntil: Instant) async throws -> Bool {
        try await journaling { () async throws(JournalError) in
            try await engine.journal.settleMedia(file, bytesUntil: bytesUntil)
        }
    }

    /// Where the bytes are to be put. `host` is the one that the client asked.
    func uploadURL(of id: Identifier<MediaRecord>, checksum: FileChecksum? = nil, host: String?) -> String {
        let signature = links.signer.signature(ofUpload: id, checksum: checksum)
        return links.address.http(host: host) + "/uploads/\(id)/\(signature)"
    }

    // MARK: Parts of messages

    /// The attachment of a message to be sent, which stays from here on; 400 unless the file is whole, was taken and
    /// belongs to the conversation.
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

    /// The wire's kind of an attachment.
    static func kind(of mediaType: String) -> String {
        switch mediaType.split(separator: "/").first {
        case "image": "Image"
        case "video": "Video"
        case "audio": "Audio"
        default: "File"
        }
    }
}
