import Foundation
import HTTPTypes
import Hummingbird
import Telemetry

/// Turns a bearer token into its owner.
public protocol Authenticator<C>: Sendable {
    /// The owner's type.
    associatedtype C: Caller
    /// The owner of a token; `nil` when it is unknown, expired or revoked.
    func authenticate(bearer token: String) async throws -> C?
}

/// Puts routes into Hummingbird's router and does for each what all have in common: token, rate limit, permission.
public struct RouteTable<A: Authenticator>: Sendable {
    private let authenticator: A
    private let rateLimit: RateLimit

    /// A table whose callers are counted by `rateLimit`.
    public init(authenticator: A, rateLimit: RateLimit) {
        self.authenticator = authenticator
        self.rateLimit = rateLimit
    }

    /// Adds the routes. A path that is asked for with a method that it has not is answered with 405, HEAD from GET.
    public func install(_ routes: [Route<A.C>], in router: Router<APIContext>) {
        for (pattern, group) in Dictionary(grouping: routes, by: { PathPattern($0.path).routerPath }) {
            let path = RouterPath(pattern)
            var methods = Set<HTTPRequest.Method>()
            for route in group {
                // Invariant: two routes with one method and path are a mistake in the table, found at start and by
                // tests.
                precondition(methods.insert(route.method).inserted, "twice in the table: \(route.method) \(route.path)")
                router.on(path, method: route.method, use: responder(of: route))
            }
            if let get = group.first(where: { $0.method == .get }), methods.insert(.head).inserted {
                let responder = responder(of: get)
                router.on(path, method: .head) { try await responder($0, $1).createHeadResponse() }
            }
            let allowed = methods.map(\.rawValue).sorted()
            for method in Self.methods where !methods.contains(method) {
                router.on(path, method: method) { _, _ -> Response in throw APIError.methodNotAllowed(allowed) }
            }
        }
    }

    private static var methods: [HTTPRequest.Method] { [.get, .head, .post, .put, .patch, .delete, .options] }

    private func responder(of route: Route<A.C>) -> @Sendable (Request, APIContext) async throws -> Response {
        let names = PathPattern(route.path).names
        let meter = RouteMeter(route.method, route.path)
        let span = "\(route.method) \(route.path)"
        return { request, context in
            try await meter.count {
                try await traced(span, .server, ["correlation": .string(context.correlationId)]) {
                    try await answer(request, context, route: route, names: names)
                }
            }
        }
    }

    private func answer(
        _ request: Request, _ context: APIContext, route: Route<A.C>, names: [String]
    ) async throws -> Response {
        let caller = try await caller(of: request, access: route.access)
        let allowance = try caller.map { try rateLimit.take($0.rateLimitKey) }
        try route.access.check(caller)
        var response = try await route.handler(
            Call(
                request: request, context: context, caller: caller,
                parameters: PathPattern.values(of: names, in: context.parameters), bodyBytesMax: route.bodyBytesMax))
        allowance?.write(to: &response.headers)
        return response
    }

    private func caller(of request: Request, access: Access) async throws -> A.C? {
        guard let token = request.bearerToken else { return nil }
        if let caller = try await authenticator.authenticate(bearer: token) { return caller }
        guard access == .anyone else { throw APIError.badCredentials }
        return nil
    }
}

extension Request {
    /// The token of `Authorization: Bearer …`; the scheme in any case (reference, section A.4).
    public var bearerToken: String? {
        guard let value = headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        var token = parts[1].drop(while: isSpace)
        while let last = token.last, isSpace(last) { token.removeLast() }
        return String(token)
    }
}

/// A path of the table. For the router its parameters are numbered: routes below one parameter may then name it
/// differently (`{messageId}` here, `{conversationId}` there) and still share a branch, literal parts first.
struct PathPattern {
    let routerPath: String
    let names: [String]

    init(_ path: String) {
        var names: [String] = []
        let parts = path.split(separator: "/").map { part -> String in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return String(part) }
            names.append(String(part.dropFirst().dropLast()))
            return "{\(names.count - 1)}"
        }
        self.names = names
        routerPath = "/" + parts.joined(separator: "/")
    }

    static func values(of names: [String], in parameters: Parameters) -> [String: String] {
        var values: [String: String] = [:]
        for (index, name) in names.enumerated() {
            guard let raw = parameters.get(String(index)) else { continue }
            values[name] = raw.utf8.contains(UInt8(ascii: "%")) ? raw.removingPercentEncoding ?? raw : raw
        }
        return values
    }
}
