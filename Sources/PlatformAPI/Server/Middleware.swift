import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Telemetry

/// Gives every request an id, ours, the client's or that of the client's trace, and every answer the header field that
/// tells it. Log and spans of everything that the request causes carry it, too.
struct CorrelationMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let traceparent = request.headers[.traceparent]
        let asked = CorrelationID.accepted(request.headers[.correlationId]) ?? Correlation.id(traceparent: traceparent)
        if let asked { context.correlationId = asked }
        context.logger[metadataKey: "correlation"] = .string(context.correlationId)
        var response = try await Correlation.run(context.correlationId) {
            try await Correlation.join(traceparent: traceparent) { try await next(request, context) }
        }
        response.headers[.correlationId] = context.correlationId
        return response
    }
}

/// Keeps answers out of caches unless the handler decided otherwise (reference, section A.7).
struct NoCacheMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard response.headers[.cacheControl] == nil else { return response }
        response.headers[.cacheControl] = "no-cache, no-store, must-revalidate"
        response.headers[.pragma] = "no-cache"
        response.headers[.expires] = "0"
        return response
    }
}

/// Turns every error into the API's error body by ``ErrorTable``, so that no handler catches anything.
struct ErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection is broken; Hummingbird closes it.
            throw error
        } catch {
            let apiError = ErrorTable.apiError(for: error)
            context.logger.log(
                level: ErrorTable.logLevel(for: apiError), "request refused",
                metadata: [
                    "method": "\(request.method)", "path": "\(request.uri.path)", "code": "\(apiError.code)",
                    "error": "\(error)",
                ])
            var response = apiError.response(correlationId: context.correlationId)
            if Self.hasTooMuch(apiError) || Self.mayGoOn(request) { hangUp(context, &response) }
            return response
        }
    }

    /// Whether a request was refused because it takes too long, or is too long.
    private static func hasTooMuch(_ error: APIError) -> Bool {
        error.status == .contentTooLarge || error.status == .requestTimeout
    }

    /// Bytes that may still come after a refusal without costing anything.
    private static let restBytesMax: Int64 = 64 << 10

    /// Whether the body of a refused request may be long, or without end.
    private static func mayGoOn(_ request: Request) -> Bool {
        if let length = request.headers[.contentLength] { return (Int64(length) ?? .max) > restBytesMax }
        return request.headers[.transferEncoding] != nil
    }

    /// How long a client that sends too much may take to read that it does.
    private static let lingerTime = TimeAmount.seconds(2)

    /// Hummingbird reads the rest of a body before the next request, however long it is; we do not wait for that.
    private func hangUp(_ context: APIContext, _ response: inout Response) {
        response.headers[.connection] = "close"
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
    }
}

/// Lets browsers of any origin use the API. Tokens travel in a header that no browser adds by itself, and we set no
/// cookies, so an origin gains nothing that its own server could not do.
struct CrossOriginMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard request.headers[.origin] != nil else { return try await next(request, context) }
        if request.method == .options, let method = request.headers[.accessControlRequestMethod] {
            return preflight(method: method, headers: request.headers[.accessControlRequestHeaders])
        }
        var response = try await next(request, context)
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] =
            "ININ-Correlation-Id, inin-ratelimit-count, inin-ratelimit-allowed, inin-ratelimit-reset, Retry-After"
        return response
    }

    private func preflight(method: String, headers: String?) -> Response {
        var fields: HTTPFields = [
            .accessControlAllowOrigin: "*", .accessControlAllowMethods: method, .accessControlMaxAge: "7200",
        ]
        fields[.accessControlAllowHeaders] = headers
        return Response(status: .noContent, headers: fields)
    }
}
