import ContactCenter
import Journal

/// What became of a guest's upload, for the connections of its session on whichever process.
public struct AttachmentNotice: Codable, Sendable, Hashable {
    /// Why an upload was refused, in the numbers of the guest's wire (reference, B.7).
    public struct Failure: Codable, Sendable, Hashable {
        public var code: Int
        public var message: String

        public init(code: Int, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// The guest's own id of the file.
    public var attachment: String
    /// Where it can be read; absent when it was refused.
    public var downloadURL: String?
    public var failure: Failure?
    public var at: Instant

    public init(attachment: String, downloadURL: String?, failure: Failure?, at: Instant) {
        self.attachment = attachment
        self.downloadURL = downloadURL
        self.failure = failure
        self.at = at
    }
}

extension Guests {
    /// Tells the connections of a session, here and at other processes, what became of an upload.
    public func tell(_ notice: AttachmentNotice, platformUser: String, deployment: IntegrationID) async {
        hub.publish(Notification(.attachment(notice)), on: .guest(deployment, platformUser: platformUser))
        await signals.send(.attachment(deployment, platformUser: platformUser, notice))
    }
}
