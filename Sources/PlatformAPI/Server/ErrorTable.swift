import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// An error of a lower floor that says itself what the client sees. The conformances stand in this room, one beside the
/// other, so that the answers can be compared.
public protocol APIErrorConvertible: Error {
    /// What the client sees.
    var apiError: APIError { get }
}

/// The one place that decides what a client sees of an error, and how loud the log is.
enum ErrorTable {
    static func apiError(for error: any Error) -> APIError {
        switch error {
        case let error as APIError: error
        case let error as any APIErrorConvertible: error.apiError
        case let error as DecodingError: APIError(decoding: error)
        case is NIOTooManyBytesError: .tooLarge(bytesMax: BodyLimit.bytesMaxDefault)
        case let error as HTTPError where error.status == .notFound: .notFound
        case let error as HTTPError where error.status.kind == .clientError: .malformed
        case is CancellationError: .unavailable(retryAfterSeconds: 1)
        default: .internalError
        }
    }

    static func logLevel(for error: APIError) -> Logger.Level {
        switch error.status.code {
        case 500: .error
        case 501...: .warning
        case 429: .info
        default: .debug
        }
    }
}
