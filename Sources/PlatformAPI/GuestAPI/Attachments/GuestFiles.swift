import ContactCenter
import Engine
import Foundation
import Journal
import Logging

/// Files of guests: announced on the socket, put by a link, told of on the socket, sent in a message.
struct GuestFiles: Sendable {
    let engine: Engine
    let library: MediaLibrary
    let limits: GuestLimits

    /// Announces a file, and answers with its record, whose link is ``uploadURL(of:host:)``.
    func announce(
        _ request: GuestRequest, by guest: GuestTokens.Guest, under rules: AttachmentRules
    ) async throws(GuestError) -> GuestAttachmentRecord {
        guard rules.isOn else { throw .attachmentsOff }
        guard let name = request.fileName else { throw .missing("fileName") }
        guard let type = request.fileType else { throw .missing("fileType") }
        guard let size = request.fileSize else { throw .missing("fileSize") }
        try rules.check(name: name, type: type, bytes: size)
        let media = engine.newID(MediaRecord.self)
        let id = request.attachmentId ?? media.description
        guard Self.isID(id) else { throw .unsupported("This attachmentId") }
        var record = GuestAttachmentRecord(
            deployment: guest.deployment, platformUser: guest.platformUser, attachment: id, media: media)
        record.name = name
        record.mediaType = FileJudgement.plain(type)
        record.bytesCount = size
        record.md5 = try request.fileMd5.map(Self.checksum)
        record.expiresAt = engine.now() + .seconds(limits.uploadSeconds)
        let announced = record
        let isAnnounced = try await asking { (journal) async throws(JournalError) -> Bool in
            try await journal.announce(announced, unsentMax: limits.unsentFilesMax)
        }
        guard isAnnounced else { throw .attachmentTaken }
        return record
    }

    /// A session's file that can be read: uploaded, and sent or not yet expired.
    func find(_ id: String, of guest: GuestTokens.Guest) async throws(GuestError) -> GuestAttachmentRecord {
        let record = try await known(id, of: guest)
        switch record.state {
        case .sent: return record
        case .expired: throw .attachmentExpired
        case _ where isExpired(record): throw .attachmentExpired
        case .stored: return record
        case .waiting, .failed: throw .notUploaded
        }
    }

    /// A file of the session's conversations, whoever sent it, for a fresh link to it.
    func readable(_ id: String, by guest: GuestTokens.Guest) async throws(GuestError) -> GuestAttachmentRecord {
        do { return try await find(id, of: guest) } catch {
            guard error == .noAttachment, let received = try await received(id, by: guest) else { throw error }
            return received
        }
    }

    /// A file that the business sent. Its id is ours, so the guest must be the one to whom it was sent.
    private func received(
        _ id: String, by guest: GuestTokens.Guest
    ) async throws(GuestError) -> GuestAttachmentRecord? {
        guard let media = Identifier<MediaRecord>(id) else { return nil }
        let found = try await asking { (journal) async throws(JournalError) in try await journal.media(media) }
        guard let file = found, file.status == "valid", file.unsentUntil == nil, let conversation = file.conversation,
            let origin = try await origin(of: conversation), origin.integration == guest.deployment,
            origin.address == guest.platformUser
        else { return nil }
        var record = GuestAttachmentRecord(
            deployment: guest.deployment, platformUser: guest.platformUser, attachment: id, media: media)
        record.name = file.name
        record.mediaType = file.mediaType
        record.bytesCount = file.bytesCount
        record.state = .sent
        return record
    }

    private func origin(of conversation: ConversationID) async throws(GuestError) -> Origin? {
        do { return try await engine.conversations.find(conversation).origin } catch {
            throw GuestError(error, limits: limits)
        }
    }

    /// Removes a file that was not sent, in whatever state it is.
    func remove(_ id: String, of guest: GuestTokens.Guest) async throws(GuestError) {
        let record = try await known(id, of: guest)
        if record.state == .expired || record.state != .sent && isExpired(record) { throw .attachmentExpired }
        let isRemoved = try await asking { (journal) async throws(JournalError) -> Bool in
            try await journal.removeAttachment(
                media: record.media, bytesUntil: engine.now() + library.keeping.grace)
        }
        guard isRemoved else { throw .attachmentSent }
    }

    private func known(_ id: String, of guest: GuestTokens.Guest) async throws(GuestError) -> GuestAttachmentRecord {
        guard Self.isID(id) else { throw .noAttachment }
        let record = try await asking { (journal) async throws(JournalError) -> GuestAttachmentRecord? in
            try await journal.attachment(id, of: guest.platformUser, deployment: guest.deployment)
        }
        guard let record else { throw .noAttachment }
        return record
    }

    /// The file as a part of a message; from here on it stays. It keeps the guest's own id, by which clients recognise
    /// it.
    func send(_ id: String, of guest: GuestTokens.Guest) async throws(GuestError) -> Attachment {
        let record = try await find(id, of: guest)
        let media = try await asking { (journal) async throws(JournalError) -> MediaRecord? in
            guard try await journal.sendAttachment(media: record.media) else { return nil }
            return try await journal.media(record.media)
        }
        guard let media else { throw .attachmentExpired }
        var attachment = library.attachment(of: media)
        attachment.id = record.attachment
        attachment.fileSize = media.bytesCount
        return attachment
    }

    func isExpired(_ record: GuestAttachmentRecord) -> Bool { record.expiresAt.map { $0 <= engine.now() } ?? false }

    // MARK: Links

    /// Where the bytes are to be put, until when, and by whom.
    func uploadURL(of record: GuestAttachmentRecord, host: String?) -> String {
        let seconds = (record.expiresAt?.milliseconds ?? 0) / 1_000
        let signature = library.links.signer.signature(of: record, expiresAtSeconds: seconds)
        return library.links.address.http(host: host) + "/uploads/\(record.media)/\(seconds)/\(signature)"
    }

    /// What the client replays with the bytes.
    func uploadHeaders(of record: GuestAttachmentRecord) -> [String: String] {
        ["Content-Type": record.mediaType, Self.proofHeader: library.links.signer.proof(of: record)]
    }

    /// The header that says whose upload it is.
    static let proofHeader = "x-engawa-upload"

    // MARK: Values

    /// A guest's own id of a file: a UUID from all clients that we know.
    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x5F
            }
    }

    private static func checksum(_ md5: String) throws(GuestError) -> String {
        guard let checksum = FileChecksum(md5) else { throw .unsupported("This fileMd5") }
        return checksum.digits
    }

    private func asking<Value: Sendable>(
        _ call: (any Journal) async throws(JournalError) -> Value
    ) async throws(GuestError) -> Value {
        do throws(EngineError) {
            return try await journaling { () async throws(JournalError) in try await call(engine.journal) }
        } catch { throw GuestError(error, limits: limits) }
    }
}
