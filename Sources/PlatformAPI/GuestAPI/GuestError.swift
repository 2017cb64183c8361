import ContactCenter
import Engine

/// Why a guest's request was refused (reference, section B.7). The frame's `code` is the error's number.
struct GuestError: Error, Equatable {
    var code: Int
    var message: String
    /// Set when the guest was too fast.
    var retryAfterSeconds: Int?

    init(_ code: Int, _ message: String) {
        self.code = code
        self.message = message
    }

    static let badRequest = GuestError(400, "Request failed.")
    static let unknownDeployment = GuestError(400, "Deployment not found")
    static let readOnly = GuestError(403, "The conversation has ended. Start a new one to send messages.")
    static let typingOff = GuestError(403, "Typing Indicator is disabled for this deployment.")
    static let clearOff = GuestError(403, "Conversation Clear is disabled for this deployment.")
    static let autoStartOff = GuestError(403, "Conversation AutoStart is disabled for this deployment.")
    static let authenticationOff = GuestError(403, "Authenticated sessions are disabled for this deployment.")
    static let resumeRefused = GuestError(403, "Session authentication failed: the resume token is not valid.")
    static let badProof = GuestError(401, "The token of the signed-in customer does not hold. Refresh it.")
    static let foreignProof = GuestError(403, "Session authentication failed: the token is for another deployment.")
    static let downgrade = GuestError(4017, "Cannot downgrade an authenticated session to an unauthenticated one.")
    static let attachmentsOff = GuestError(4000, "File upload is unavailable for this deployment.")
    static let fileType = GuestError(4001, "File type is not allowed.")
    static let fileContent = GuestError(4003, "File content does not match its type, or is not allowed.")
    static let fileName = GuestError(4004, "File name is invalid: it needs an extension and must not be a path.")
    static let attachmentExpired = GuestError(4008, "Attachment has expired")
    static let noAttachment = GuestError(4009, "Attachment not found")
    static let notUploaded = GuestError(4010, "Attachment was not successfully uploaded")
    static let fileEmpty = GuestError(4102, "File size is zero.")
    static let attachmentTaken = GuestError(400, "There is an attachment with this id, or there are too many unsent.")
    static let attachmentSent = GuestError(400, "The attachment was sent and cannot be deleted.")
    static let expired = GuestError(4006, "Session has expired")
    static let noSession = GuestError(4007, "Session not found")
    static let unscanned = GuestError(5000, "The file cannot be checked for viruses now. Try again later.")
    static let unexpected = GuestError(5000, "The request could not be carried out.")

    static func unsupported(_ what: String) -> GuestError { GuestError(400, "\(what) is not supported.") }

    static func missing(_ parameter: String) -> GuestError { GuestError(4020, "Missing parameter: \(parameter)") }

    static func textTooLong(_ bytes: Int, bytesMax: Int) -> GuestError {
        GuestError(4011, "Message length \(bytes) is larger than \(bytesMax)")
    }

    static func fileSize(kilobytesMax: Int64) -> GuestError {
        GuestError(4002, "File size is invalid: up to \(kilobytesMax) KB, and as many bytes as announced.")
    }

    static func fileNameTooLong(lengthMax: Int) -> GuestError {
        GuestError(4005, "File name is longer than \(lengthMax) characters.")
    }

    static func attributesTooLarge(bytesMax: Int) -> GuestError {
        GuestError(4013, "Custom Attributes in channel metadata is larger than \(bytesMax) bytes")
    }

    static func tooFast(retryAfterSeconds: Int) -> GuestError {
        var error = GuestError(4029, "Message rate too high for this session")
        error.retryAfterSeconds = retryAfterSeconds
        return error
    }

    /// What a guest is told of the engine's errors: nothing about the inside.
    init(_ error: EngineError, limits: GuestLimits) {
        switch error {
        case .overloaded(let seconds): self = .tooFast(retryAfterSeconds: max(1, seconds))
        case .conversation(.attributesTooLarge): self = .attributesTooLarge(bytesMax: limits.attributeBytesMax)
        case .invalid(_, let message): self = GuestError(400, message)
        default: self = .unexpected
        }
    }
}
