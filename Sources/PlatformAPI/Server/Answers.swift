import HTTPTypes
import Hummingbird

extension Response {
    /// A value as JSON.
    public static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: APIJSON.contentType],
            body: .init(byteBuffer: try APIJSON.encode(value)))
    }

    /// No body: 204, or 202 where the work goes on.
    public static func empty(_ status: HTTPResponse.Status = .noContent) -> Response { Response(status: status) }
}
