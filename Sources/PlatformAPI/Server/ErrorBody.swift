import HTTPTypes
import Hummingbird

/// The error body on the wire (reference, section A.6). `details` and `errors` are always there, empty or not.
struct ErrorBody: Encodable {
    let message: String
    let code: String
    let status: Int
    let entityId: String?
    let entityName: String?
    let messageWithParams: String
    let messageParams: [String: String]
    let contextId: String
    let details: [APIError.Detail]
    let errors: [String]

    init(_ error: APIError, correlationId: String) {
        message = error.message
        code = error.code
        status = error.status.code
        entityId = error.entityId
        entityName = error.entityName
        messageWithParams = error.messageWithParams
        messageParams = error.messageParams
        contextId = correlationId
        details = error.details
        errors = []
    }
}

extension APIError {
    /// The error body as compact JSON. It cannot fail: every member is text or a number.
    public func body(correlationId: String) -> ByteBuffer {
        (try? APIJSON.encode(ErrorBody(self, correlationId: correlationId))) ?? ByteBuffer(string: "{}")
    }

    /// The whole answer.
    public func response(correlationId: String) -> Response {
        var headers = headers
        headers[.contentType] = APIJSON.contentType
        return Response(status: status, headers: headers, body: .init(byteBuffer: body(correlationId: correlationId)))
    }
}
