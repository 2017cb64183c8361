import ContactCenter

/// Which blobs the store has, so that none is there that nobody needs, and none is removed that somebody does. Blobs
/// are shared by their digest, so each has a row before its bytes come, and until after they have gone; a row of a file
/// can only be made while its blob's row is there and nobody is about to remove the bytes.
public protocol StoredBlobs: Sendable {
    /// Notes that bytes are about to be stored, which nobody removes until an instant, whether a file's row follows or
    /// not. `false` while the same bytes are being removed: ask again.
    func claimBlob(_ digest: String, until: Instant) async throws(JournalError) -> Bool
    /// The blobs that are to be removed: those whose time has come by `now` and that no file has, and those whose
    /// removal was begun before `abandonedBy` and never finished. Until they are forgotten nobody can claim them.
    func condemnBlobs(by now: Instant, abandonedBy: Instant, limit: Int) async throws(JournalError) -> [String]
    /// The bytes are gone.
    func forgetBlob(_ digest: String) async throws(JournalError)
    /// An upload ends: what the row says is kept, `valid` with its bytes or `invalid` without any, if the file is still
    /// `uploading`. `false` when it is not, and its bytes, if no file has them, may go after `bytesUntil`; or when they
    /// were not claimed or have gone since.
    func settleMedia(_ media: MediaRecord, bytesUntil: Instant) async throws(JournalError) -> Bool
    /// A file becomes a part of a message and stays with it; `false` when its bytes have not come, or it has expired.
    func keepMedia(_ id: Identifier<MediaRecord>) async throws(JournalError) -> Bool
    /// Removes the files that were not sent until `now`, as many as one transaction may; their bytes may go after
    /// `bytesUntil`. Answers how many.
    func expireMedia(by now: Instant, bytesUntil: Instant) async throws(JournalError) -> Int
}
