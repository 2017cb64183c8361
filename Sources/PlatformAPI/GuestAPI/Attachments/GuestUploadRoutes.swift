import ContactCenter
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import Logging

/// Takes the bytes of guests' files. What is wrong with a file is told on the session's socket, wherever that is; the
/// answer to the PUT says the same in the API's own words.
struct GuestUploadRoutes: Sendable {
    let files: GuestFiles

    private var engine: Engine { files.engine }

    /// `PUT /uploads/{mediaId}/{expires}/{signature}`.
    @Sendable func put(_ call: Call<Principal>) async throws -> Response {
        let record = try await authorize(call)
        do throws(GuestError) {
            try checkLength(call.request, record)
        } catch {
            throw await refuse(record, error)
        }
        let spool = try await receive(call.request, record)
        do {
            let notice = try await keep(spool, record, host: call.host)
            await engine.guests.tell(notice, platformUser: record.platformUser, deployment: record.deployment)
            return Response(status: .ok, headers: [.contentLength: "0"])
        } catch let error as GuestError {
            throw await refuse(record, error)
        } catch {
            call.context.logger.warning("a guest's file was not stored", metadata: ["error": "\(error)"])
            guard error is VirusScanner.Unavailable else {
                _ = await refuse(record, .unexpected)
                throw error
            }
            _ = await refuse(record, .unscanned)
            throw APIError.unavailable(retryAfterSeconds: 60)
        }
    }

    /// A link that we made for this file, that is not over, from the session that it was made for. Whatever is wrong,
    /// the answer is the same, and tells nothing.
    private func authorize(_ call: Call<Principal>) async throws -> GuestAttachmentRecord {
        let refusal = APIError.forbidden("The link is not valid, or is not valid any more.")
        guard let id = Identifier<MediaRecord>(try call.parameter("mediaId")),
            let seconds = Int64(try call.parameter("expires")),
            let record = try await journaling({ () async throws(JournalError) in
                try await engine.journal.attachment(media: id)
            }),
            Secrets.areEqual(
                try call.parameter("signature"),
                files.library.links.signer.signature(
                    of: record, expiresAtSeconds: seconds)),
            let proof = HTTPField.Name(GuestFiles.proofHeader).flatMap({ call.request.headers[$0] }),
            Secrets.areEqual(proof, files.library.links.signer.proof(of: record)),
            engine.now().milliseconds / 1_000 < seconds
        else { throw refusal }
        guard record.state == .waiting, !files.isExpired(record) else {
            throw APIError.conflict("The file was uploaded, or refused.")
        }
        let type = call.request.headers[.contentType].map(AttachmentRules.plain)
        guard type == nil || type == record.mediaType else {
            throw APIError.invalidValue("Content-Type", String((type ?? "").prefix(100)), allowed: record.mediaType)
        }
        return record
    }

    private func checkLength(_ request: Request, _ record: GuestAttachmentRecord) throws(GuestError) {
        guard let length = request.headers[.contentLength] else { return }
        guard Int64(length) == record.bytesCount else { throw sizeError }
    }

    private var sizeError: GuestError { .fileSize(kilobytesMax: Int64(files.limits.fileBytesMax >> 10)) }

    /// Lets the bytes flow into a file. A client that is cut off leaves nothing and may begin again; one that is slower
    /// than its link lasts is told.
    private func receive(_ request: Request, _ record: GuestAttachmentRecord) async throws -> UploadSpool {
        let spool = try UploadSpool()
        for try await piece in request.body {
            guard Int64(spool.bytesCount + piece.readableBytes) <= record.bytesCount else {
                throw await refuse(record, sizeError)
            }
            guard !files.isExpired(record) else { throw await refuse(record, .attachmentExpired) }
            try await spool.append(piece)
        }
        return spool
    }

    /// Looks at the whole file, and stores it if nothing is wrong.
    private func keep(
        _ spool: UploadSpool, _ record: GuestAttachmentRecord, host: String?
    ) async throws -> AttachmentNotice {
        guard spool.bytesCount > 0 else { throw GuestError.fileEmpty }
        guard Int64(spool.bytesCount) == record.bytesCount else { throw sizeError }
        let content = try spool.content()
        guard record.md5 == nil || record.md5 == content.md5,
            FileContent.isAcceptable(content.bytes, as: record.mediaType)
        else { throw GuestError.fileContent }
        if let scanner = files.limits.fileScanner, try await scanner.scan(content.bytes) != .clean {
            throw GuestError.fileContent
        }
        let stored = try await files.library.bytes.put(content.bytes)
        try files.library.bytes.checkTime(of: stored)
        let now = engine.now()
        let media = MediaRecord(
            id: record.media, conversation: nil, communication: nil, identity: nil, name: record.name,
            mediaType: record.mediaType, bytesCount: record.bytesCount, digest: stored.digest, status: "valid",
            createdAt: now)
        let isStored = try await journaling { () async throws(JournalError) in
            try await engine.journal.store(media, until: now + .seconds(files.limits.unsentSeconds))
        }
        guard isStored else {
            // Its end came while it was looked at.
            if files.isExpired(record) { throw GuestError.attachmentExpired }
            throw APIError.conflict("The file was uploaded, or refused.")
        }
        return AttachmentNotice(
            attachment: record.attachment, downloadURL: files.library.links.url(of: record.media, host: host),
            failure: nil, at: now)
    }

    /// Nothing of the file stays; the session is told why.
    private func refuse(_ record: GuestAttachmentRecord, _ error: GuestError) async -> APIError {
        try? await engine.journal.failAttachment(media: record.media)
        let notice = AttachmentNotice(
            attachment: record.attachment, downloadURL: nil,
            failure: .init(code: error.code, message: error.message), at: engine.now())
        await engine.guests.tell(notice, platformUser: record.platformUser, deployment: record.deployment)
        if error.code == 4002 { return .tooLarge(bytesMax: Int(record.bytesCount)) }
        return APIError(
            error == .attachmentExpired ? .requestTimeout : .badRequest, "invalid.file", error.message)
    }
}
