import HTTPTypes
import Hummingbird

/// An error of the OAuth endpoints: RFC 6749's codes, in its body (reference, section A.2).
struct OAuthError: Error, Sendable {
    /// RFC 6749's codes.
    enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
    }

    let code: Code
    let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    private struct Body: Encodable {
        var error: String
        var error_description: String
        var description: String
    }

    /// The answer: 401 for a client that did not prove itself, else 400.
    func response() throws -> Response {
        var response = try Response.json(
            Body(error: code.rawValue, error_description: description, description: description),
            status: code == .invalidClient ? .unauthorized : .badRequest)
        if code == .invalidClient { response.headers[.wwwAuthenticate] = "Basic realm=\"oauth\"" }
        return response
    }
}
