import HTTPTypes
import Hummingbird

/// Who may use a route. A string literal is a permission, so that a line of the table reads
/// `.get("/api/v2/routing/queues", "routing:queue:view", queues.list)`.
public enum Access: Sendable, Equatable, ExpressibleByStringLiteral {
    /// Everybody, without a token. A valid token is still recognised.
    case anyone
    /// Whoever has a valid token.
    case signedIn
    /// Whoever holds any one of the permissions.
    case permission(anyOf: [String])

    /// One permission, as `conversation:message:view`.
    public init(stringLiteral permission: String) { self = .permission(anyOf: [permission]) }

    /// Whoever holds any one of the permissions.
    public static func anyOf(_ permissions: String...) -> Access { .permission(anyOf: permissions) }

    /// 401 without a caller where one is needed, 403 without a permission that would do.
    func check(_ caller: (any Caller)?) throws(APIError) {
        switch self {
        case .anyone:
            return
        case .signedIn:
            guard caller != nil else { throw .unauthenticated }
        case .permission(let permissions):
            guard let caller else { throw .unauthenticated }
            guard permissions.contains(where: caller.holds) else { throw .missingPermission(anyOf: permissions) }
        }
    }
}

/// One line of a route table: method, path, access, handler.
public struct Route<C: Caller>: Sendable {
    /// What a handler is: decode, one call, encode.
    public typealias Handler = @Sendable (Call<C>) async throws -> Response

    /// The method.
    public let method: HTTPRequest.Method
    /// The path with parameters in braces, as `/api/v2/routing/queues/{queueId}/members`.
    public let path: String
    /// Who may use it.
    public let access: Access
    /// The most that the body may hold.
    public let bodyBytesMax: Int
    let handler: Handler

    /// A route of any method.
    public init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access,
        bodyBytesMax: Int = BodyLimit.bytesMaxDefault, handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.bodyBytesMax = bodyBytesMax
        self.handler = handler
    }

    /// GET; the table answers HEAD from it too.
    public static func get(_ path: String, _ access: Access, _ handler: @escaping Handler) -> Route {
        Route(.get, path, access, handler: handler)
    }

    /// HEAD where it differs from GET without the body.
    public static func head(_ path: String, _ access: Access, _ handler: @escaping Handler) -> Route {
        Route(.head, path, access, handler: handler)
    }

    /// POST.
    public static func post(_ path: String, _ access: Access, _ handler: @escaping Handler) -> Route {
        Route(.post, path, access, handler: handler)
    }

    /// PUT.
    public static func put(_ path: String, _ access: Access, _ handler: @escaping Handler) -> Route {
        Route(.put, path, access, handler: handler)
    }

    /// PATCH.
    public static func patch(_ path: String, _ access: Access, _ handler: @escaping Handler) -> Route {
        Route(.patch, path, access, handler: handler)
    }

    /// DELETE.
    public static func delete(_ path: String, _ access: Access, _ handler: @escaping Handler) -> Route {
        Route(.delete, path, access, handler: handler)
    }
}
