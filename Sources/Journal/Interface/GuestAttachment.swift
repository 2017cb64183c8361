import ContactCenter

/// A file of a guest from the moment it is announced until it is a part of a message (reference, B.2 `onAttachment`).
public struct GuestAttachmentRecord: Sendable, Hashable {
    /// How far a file has come.
    public enum State: String, Sendable {
        /// Announced; its bytes may come until it expires.
        case waiting
        /// Its bytes are stored; it may be sent until it expires.
        case stored
        /// Its bytes came and were refused.
        case failed
        /// It was not sent in time; nothing of it can be read any more.
        case expired
        /// A part of a message; it stays as long as that does.
        case sent
    }

    public var deployment: IntegrationID
    /// The hash of the session's token.
    public var platformUser: String
    /// The guest's own id of the file; unique within the session only.
    public var attachment: String
    /// Our id of it, in links; its row in `media` exists from `stored` on.
    public var media: Identifier<MediaRecord>
    public var name: String
    /// The declared media type, to which the content was held.
    public var mediaType: String
    /// The declared size, to which the content was held.
    public var bytesCount: Int64
    /// The declared MD5 in lower-case hexadecimal digits, if there was one.
    public var md5: String?
    public var state: State
    /// `nil` once sent.
    public var expiresAt: Instant?

    public init(
        deployment: IntegrationID, platformUser: String, attachment: String, media: Identifier<MediaRecord>
    ) {
        self.deployment = deployment
        self.platformUser = platformUser
        self.attachment = attachment
        self.media = media
        name = ""
        mediaType = ""
        bytesCount = 0
        state = .waiting
    }
}

/// Files of guests on their way into a message. Each call is one transaction; a state is only left as it says.
public protocol GuestAttachments: Sendable {
    /// Announces a file. One of the same id that has no bytes yet is replaced, with its link; `false` when there is one
    /// with bytes, or when the session has `unsentMax` files that were not sent.
    func announce(_ attachment: GuestAttachmentRecord, unsentMax: Int) async throws(JournalError) -> Bool
    /// A session's file by the guest's id.
    func attachment(
        _ id: String, of platformUser: String, deployment: IntegrationID
    ) async throws(JournalError) -> GuestAttachmentRecord?
    /// A file by our id.
    func attachment(media: Identifier<MediaRecord>) async throws(JournalError) -> GuestAttachmentRecord?
    /// `waiting` → `stored`, with the row of its bytes; `false` when it was not waiting, or when the bytes were not
    /// claimed (``StoredBlobs``) or have gone since.
    func store(_ media: MediaRecord, until expiresAt: Instant) async throws(JournalError) -> Bool
    /// `waiting` → `failed`.
    func failAttachment(media: Identifier<MediaRecord>) async throws(JournalError)
    /// `stored` → `sent`; `false` when it was neither.
    func sendAttachment(media: Identifier<MediaRecord>) async throws(JournalError) -> Bool
    /// Removes a file that was not sent, whose bytes may go after `bytesUntil`; `false` when it was, or is unknown.
    func removeAttachment(
        media: Identifier<MediaRecord>, bytesUntil: Instant
    ) async throws(JournalError) -> Bool
    /// Expires what was not sent until `now`, whose bytes may go after `bytesUntil`; forgets what expired before
    /// `forgottenBy`.
    func expireAttachments(by now: Instant, forgottenBy: Instant, bytesUntil: Instant) async throws(JournalError)
}
