import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Who makes a request, once the token is verified. The room of OAuth has the type.
public protocol Caller: Sendable {
    /// What requests are counted by, the same for one token and never the token itself.
    var rateLimitKey: String { get }
    /// Whether the caller holds a permission, as `conversation:message:view`.
    func holds(_ permission: String) -> Bool
}

/// One request on its way through a handler.
public struct Call<C: Caller>: Sendable {
    /// The request.
    public let request: Request
    /// Correlation id, logger, remote address.
    public let context: APIContext
    /// The query's items.
    public let query: QueryItems
    private let knownCaller: C?
    private let parameters: [String: String]
    private let bodyBytesMax: Int

    init(
        request: Request, context: APIContext, caller: C?, parameters: [String: String], bodyBytesMax: Int
    ) {
        self.request = request
        self.context = context
        self.knownCaller = caller
        self.parameters = parameters
        self.bodyBytesMax = bodyBytesMax
        query = QueryItems(request.uri.query ?? "")
    }

    /// Who asks; 401 on a route with ``Access/anyone`` when nobody has signed in.
    public var caller: C {
        get throws(APIError) {
            guard let knownCaller else { throw .unauthenticated }
            return knownCaller
        }
    }

    /// Who asks, when a route is open to all and a token was sent.
    public var callerIfSignedIn: C? { knownCaller }

    /// A parameter of the path, percent-decoded. The name stands in the route; a name that does not is a defect.
    public func parameter(_ name: String) throws(APIError) -> String {
        guard let value = parameters[name] else { throw .internalError }
        return value
    }

    /// A parameter of the path read as a value, as an id; 400 `invalid.path.parameter` when it cannot be.
    public func parameter<Value>(_ name: String, as read: (String) -> Value?) throws(APIError) -> Value {
        let text = try parameter(name)
        guard let value = read(text) else { throw .invalidPathParameter(name, text) }
        return value
    }

    /// Which page the client asks for.
    public func page(sizeDefault: Int = PageRequest.sizeDefault, sizeMax: Int = PageRequest.sizeMax) throws(APIError)
        -> PageRequest
    {
        try PageRequest(query, sizeDefault: sizeDefault, sizeMax: sizeMax)
    }

    /// The envelope of the page that the client asks for.
    public func listing<Entity>(_ entities: [Entity], total: Int, page: PageRequest) -> Page<Entity> {
        Page(entities, total: total, request: page, path: request.uri.path, query: query)
    }

    /// The whole body; 413 when it is over the limit.
    public func body() async throws -> ByteBuffer { try await request.collectBody(bytesMax: bodyBytesMax) }

    /// The body as JSON; 400 when there is none.
    public func decodeBody<T: Decodable>(_ type: T.Type = T.self) async throws -> T {
        try await request.decodeBody(type, bytesMax: bodyBytesMax)
    }

    /// The body as JSON, `nil` when it is empty or `null` (reference, Traps: SDKs send `null` for no body).
    public func decodeBodyIfPresent<T: Decodable>(_ type: T.Type = T.self) async throws -> T? {
        try await request.decodeBodyIfPresent(type, bytesMax: bodyBytesMax)
    }

    /// The body as a form (`application/x-www-form-urlencoded`).
    public func form() async throws -> QueryItems {
        QueryItems(String(buffer: try await body()))
    }
}
