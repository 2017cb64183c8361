import ContactCenter
import Journal

/// Simulated guests write and send no files.
extension SimulatedJournal {
    private static var none: JournalError { .unavailable(reason: "simulated guests send no files") }

    func announce(_ attachment: GuestAttachmentRecord, unsentMax: Int) async throws(JournalError) -> Bool {
        throw Self.none
    }

    func attachment(
        _ id: String, of platformUser: String, deployment: IntegrationID
    ) async throws(JournalError) -> GuestAttachmentRecord? { throw Self.none }

    func attachment(media: Identifier<MediaRecord>) async throws(JournalError) -> GuestAttachmentRecord? {
        throw Self.none
    }

    func store(_ media: MediaRecord, until expiresAt: Instant) async throws(JournalError) -> Bool { throw Self.none }

    func failAttachment(media: Identifier<MediaRecord>) async throws(JournalError) { throw Self.none }

    func sendAttachment(media: Identifier<MediaRecord>) async throws(JournalError) -> Bool { throw Self.none }

    func removeAttachment(
        media: Identifier<MediaRecord>, bytesUntil: Instant
    ) async throws(JournalError) -> Bool { throw Self.none }

    func expireAttachments(
        by now: Instant, forgottenBy: Instant, bytesUntil: Instant
    ) async throws(JournalError) { throw Self.none }

    func claimBlob(_ digest: String, until: Instant) async throws(JournalError) -> Bool { throw Self.none }

    func condemnBlobs(
        by now: Instant, abandonedBy: Instant, limit: Int
    ) async throws(JournalError) -> [String] { throw Self.none }

    func forgetBlob(_ digest: String) async throws(JournalError) { throw Self.none }

    func settleMedia(_ media: MediaRecord, bytesUntil: Instant) async throws(JournalError) -> Bool { throw Self.none }

    func keepMedia(_ id: Identifier<MediaRecord>) async throws(JournalError) -> Bool { throw Self.none }

    func expireMedia(by now: Instant, bytesUntil: Instant) async throws(JournalError) -> Int { throw Self.none }
}
