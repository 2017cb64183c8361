import Logging

/// Why a file is not taken. What an agent's client is told is ``apiError``; what a guest is told is a ``GuestError``.
enum FileRefusal: Error, Equatable {
    /// The name has no extension, is more than one part of a path, or reads as another name than it is.
    case name
    case nameTooLong(lengthMax: Int)
    /// The type or an extension of the name is not allowed.
    case type
    case empty
    case tooLarge(bytesMax: Int64)
    /// Other than so many bytes came.
    case length(announced: Int64)
    /// The bytes have another MD5 than announced.
    case checksum
    /// The bytes are not of the declared type, are two things in one, would run, or unpack to far more than they are.
    case content
    case infected(virus: String)
    /// Whether it is clean cannot be known now; it may be tried again.
    case unscanned(reason: String)

    /// Whether the same bytes would be refused again.
    var isFinal: Bool { if case .unscanned = self { false } else { true } }

    /// Tells the operator what a business wants to know of; the rest is between the server and who sent the file.
    func log(to logger: Logger) {
        switch self {
        case .infected(let virus): logger.warning("an infected file was refused", metadata: ["virus": "\(virus)"])
        case .unscanned(let reason): logger.warning("a file was not scanned", metadata: ["error": "\(reason)"])
        default: break
        }
    }
}

extension FileRefusal: APIErrorConvertible {
    /// The status, code and message of a refusal.
    var apiError: APIError {
        switch self {
        case .name: Self.bad("file.name.invalid", GuestError.fileName.message)
        case .nameTooLong(let most):
            Self.bad(
                "file.name.too.long", "The file's name is longer than {characters} characters.",
                ["characters": String(most)])
        case .type: Self.bad("file.type.not.allowed", GuestError.fileType.message)
        case .empty: Self.bad("file.empty", "The file has no bytes.")
        // Never with `Retry-After`, as all of them that would be refused again.
        case .tooLarge(let most):
            APIError(
                .contentTooLarge, "file.too.large", "The file is larger than {bytes} bytes.",
                params: ["bytes": String(most)])
        case .length(let announced):
            Self.bad(
                "file.length.mismatch", "Other than the announced {bytes} bytes came.", ["bytes": String(announced)])
        case .checksum: Self.bad("file.checksum.mismatch", "The file has another MD5 than announced.")
        case .content: Self.bad("file.content.mismatch", GuestError.fileContent.message)
        case .infected: Self.bad("file.infected", "The file holds a virus.")
        case .unscanned:
            APIError(.serviceUnavailable, "file.unscanned", GuestError.unscanned.message)
                .with(.retryAfter, "60")
        }
    }

    private static func bad(_ code: String, _ message: String, _ params: [String: String] = [:]) -> APIError {
        APIError(.badRequest, code, message, params: params)
    }
}
