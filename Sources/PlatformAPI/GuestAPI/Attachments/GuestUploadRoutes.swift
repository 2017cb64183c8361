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

    /// Why bytes are not taken: what the session is told, and what the PUT is answered.
    private struct Refused: Error {
        var told: GuestError
        var answer: any Error

        init(_ refusal: FileRefusal) {
            told = GuestError(refusal)
            answer = refusal
        }

        private init(told: GuestError, answer: APIError) {
            self.told = told
            self.answer = answer
        }

        static let tooLate = Refused(
            told: .attachmentExpired,
            answer: APIError(.requestTimeout, "file.expired", GuestError.attachmentExpired.message))
    }

    /// `PUT /uploads/{mediaId}/{expires}/{signature}`.
    @Sendable func put(_ call: Call<Principal>) async throws -> Response {
        let record = try await authorize(call)
        let spool = try await receive(call.request, record)
        do {
            let notice = try await keep(spool, record, host: call.host)
            await engine.guests.tell(notice, platformUser: record.platformUser, deployment: record.deployment)
            return Response(status: .ok, headers: [.contentLength: "0"])
        } catch let refusal as FileRefusal {
            refusal.log(to: call.context.logger)
            throw await refuse(record, Refused(refusal))
        } catch let refused as Refused {
            throw await refuse(record, refused)
        } catch {
            call.context.logger.warning("a guest's file was not stored", metadata: ["error": "\(error)"])
            await fail(record, .unexpected)
            throw error
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
        let type = call.request.headers[.contentType].map(FileJudgement.plain)
        guard type == nil || type == record.mediaType else {
            throw APIError.invalidValue("Content-Type", String((type ?? "").prefix(100)), allowed: record.mediaType)
        }
        return record
    }

    /// Lets the bytes flow into a file. A client that is cut off leaves nothing and may begin again; one that is slower
    /// than its link lasts is told.
    private func receive(_ request: Request, _ record: GuestAttachmentRecord) async throws -> UploadSpool {
        let tooLarge = Refused(.tooLarge(bytesMax: record.bytesCount))
        if let length = request.headers[.contentLength], Int64(length) != record.bytesCount {
            throw await refuse(record, tooLarge)
        }
        let spool = try UploadSpool()
        for try await piece in request.body {
            guard Int64(spool.bytesCount + piece.readableBytes) <= record.bytesCount else {
                throw await refuse(record, tooLarge)
            }
            guard !files.isExpired(record) else { throw await refuse(record, .tooLate) }
            try await spool.append(piece)
        }
        return spool
    }

    /// Looks at the whole file, and stores it if nothing is wrong.
    private func keep(
        _ spool: UploadSpool, _ record: GuestAttachmentRecord, host: String?
    ) async throws -> AttachmentNotice {
        guard spool.bytesCount > 0 else { throw FileRefusal.empty }
        guard Int64(spool.bytesCount) == record.bytesCount else {
            throw FileRefusal.length(announced: record.bytesCount)
        }
        let content = try spool.content()
        guard record.md5 == nil || record.md5 == content.md5 else { throw FileRefusal.checksum }
        try await FileJudgement(files.limits.files).judge(content.bytes, as: record.mediaType)
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
            if files.isExpired(record) { throw Refused.tooLate }
            throw APIError.conflict("The file was uploaded, or refused.")
        }
        return AttachmentNotice(
            attachment: record.attachment, downloadURL: files.library.links.url(of: record.media, host: host),
            failure: nil, at: now)
    }

    /// Nothing of the file stays; the session is told why.
    private func refuse(_ record: GuestAttachmentRecord, _ refused: Refused) async -> any Error {
        await fail(record, refused.told)
        return refused.answer
    }

    private func fail(_ record: GuestAttachmentRecord, _ error: GuestError) async {
        try? await engine.journal.failAttachment(media: record.media)
        let notice = AttachmentNotice(
            attachment: record.attachment, downloadURL: nil,
            failure: .init(code: error.code, message: error.message), at: engine.now())
        await engine.guests.tell(notice, platformUser: record.platformUser, deployment: record.deployment)
    }
}
