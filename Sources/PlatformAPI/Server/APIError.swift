import HTTPTypes

/// What a client sees when a request is refused: the error body of the platform API (reference, section A.6).
///
/// Handlers throw it; ``ErrorMiddleware`` writes it. `contextId` is not here because it is the request's correlation
/// id.
public struct APIError: Error, Sendable, Equatable {
    /// What is wrong with one member of the request.
    public struct Detail: Sendable, Equatable, Encodable {
        /// A code of the same vocabulary as the error's.
        public var errorCode: String
        /// The path of the member, as in `events[0].presence.type`.
        public var fieldName: String?
        /// The entity that the detail is about.
        public var entityId: String?
        /// The kind of that entity.
        public var entityName: String?

        /// A detail about one member or one entity.
        public init(errorCode: String, fieldName: String? = nil, entityId: String? = nil, entityName: String? = nil) {
            self.errorCode = errorCode
            self.fieldName = fieldName
            self.entityId = entityId
            self.entityName = entityName
        }
    }

    /// The HTTP status; the body repeats it.
    public var status: HTTPResponse.Status
    /// The code that programs compare, as `not.found`.
    public var code: String
    /// The message with `{name}` in place of each parameter.
    public var messageWithParams: String
    /// The parameters of the message.
    public var messageParams: [String: String]
    /// What is wrong member by member; empty when the message says it all.
    public var details: [Detail]
    /// The entity that the error is about.
    public var entityId: String?
    /// The kind of that entity.
    public var entityName: String?
    /// Header fields of the answer beside the usual ones, as `Retry-After` or `Allow`.
    public var headers: HTTPFields

    /// An error with a message whose `{name}` parts are replaced by `params`.
    public init(
        _ status: HTTPResponse.Status, _ code: String, _ message: String, params: [String: String] = [:],
        details: [Detail] = []
    ) {
        self.status = status
        self.code = code
        self.messageWithParams = message
        self.messageParams = params
        self.details = details
        self.headers = [:]
    }

    /// The message with its parameters put in.
    public var message: String {
        messageParams.reduce(messageWithParams) { text, param in
            text.replacingOccurrences(of: "{\(param.key)}", with: param.value)
        }
    }

    /// The same error about an entity.
    public func about(_ entityName: String, id: String) -> APIError {
        var error = self
        error.entityName = entityName
        error.entityId = id
        return error
    }

    /// The same error with one more header field.
    public func with(_ name: HTTPField.Name, _ value: String) -> APIError {
        var error = self
        error.headers[name] = value
        return error
    }
}

/// The errors that every resource knows.
extension APIError {
    /// 400: the body is not JSON, or not UTF-8.
    public static var malformed: APIError {
        APIError(
            .badRequest, "bad.request",
            "The request could not be understood by the server due to malformed syntax.")
    }

    /// 400: a value has a wrong type or is outside what is allowed. `allowed` is text for people.
    public static func invalidValue(_ field: String, _ value: String, allowed: String? = nil) -> APIError {
        let hint = allowed == nil ? "" : " Allowable values are: {allowed}"
        var params = ["field": field, "value": value]
        params["allowed"] = allowed
        return APIError(
            .badRequest, "invalid.value", "Value [{value}] is not valid for field [{field}].\(hint)", params: params,
            details: [Detail(errorCode: "invalid.value", fieldName: field)])
    }

    /// 400: members that must be there are missing.
    public static func missing(_ fields: String...) -> APIError {
        APIError(
            .badRequest, "required.fields.missing", "Required fields are missing: {fields}",
            params: ["fields": fields.joined(separator: ", ")],
            details: fields.map { Detail(errorCode: "required.fields.missing", fieldName: $0) })
    }

    /// 400: a part of the path is not of the form that its resource has, as an id that is no UUID.
    public static func invalidPathParameter(_ name: String, _ value: String) -> APIError {
        APIError(
            .badRequest, "invalid.path.parameter", "Path parameter [{name}] has an invalid value: {value}",
            params: ["name": name, "value": value],
            details: [Detail(errorCode: "invalid.path.parameter", fieldName: name)])
    }

    /// 401: no token.
    public static var unauthenticated: APIError {
        APIError(
            .unauthorized, "authentication.required",
            "No authentication bearer token specified in authorization header."
        ).with(.wwwAuthenticate, "Bearer")
    }

    /// 401: a token that is unknown, expired or revoked.
    public static var badCredentials: APIError {
        APIError(.unauthorized, "bad.credentials", "Invalid login credentials.")
            .with(.wwwAuthenticate, "Bearer error=\"invalid_token\"")
    }

    /// 403: the caller holds none of the permissions, any of which would do.
    public static func missingPermission(anyOf permissions: [String]) -> APIError {
        APIError(
            .forbidden, "missing.any.permissions",
            "Unable to perform the requested action. You are missing the following permission(s): {permissions}",
            params: ["permissions": permissions.joined(separator: ", ")])
    }

    /// 403: the caller may not do this, whatever permissions it holds.
    public static func forbidden(_ message: String) -> APIError { APIError(.forbidden, "not.authorized", message) }

    /// 404: there is no such path or entity, or the caller may not know that there is.
    public static var notFound: APIError {
        APIError(.notFound, "not.found", "The requested resource was not found.")
    }

    /// 404 for an entity by its id.
    public static func notFound(_ entityName: String, id: String) -> APIError {
        APIError(
            .notFound, "not.found", "The requested {entity} was not found: {id}",
            params: ["entity": entityName, "id": id]
        ).about(entityName, id: id)
    }

    /// 405: the path exists, with other methods. `allowed` goes into the header `Allow`.
    public static func methodNotAllowed(_ allowed: [String]) -> APIError {
        APIError(.methodNotAllowed, "method.not.allowed", "The method is not allowed for the requested resource.")
            .with(.allow, allowed.joined(separator: ", "))
    }

    /// 409: the state of the entity, or a name that is taken, does not allow it.
    public static func conflict(_ message: String, params: [String: String] = [:]) -> APIError {
        APIError(.conflict, "general.conflict", message, params: params)
    }

    /// 413: the body is larger than the limit. Never with `Retry-After`: the Python client would repeat it ten times.
    public static func tooLarge(bytesMax: Int) -> APIError {
        APIError(
            .contentTooLarge, "request.entity.too.large", "The request is larger than {bytes} bytes.",
            params: ["bytes": String(bytesMax)])
    }

    /// 429: the caller has used its requests up; `retryAfterSeconds` goes into the header `Retry-After`.
    public static func tooManyRequests(retryAfterSeconds: Int) -> APIError {
        APIError(
            .tooManyRequests, "too.many.requests",
            "Rate limit exceeded. Retry the request in [{seconds}] seconds",
            params: ["seconds": String(retryAfterSeconds)]
        ).with(.retryAfter, String(retryAfterSeconds))
    }

    /// 500: a defect of ours. It says nothing about the inside; the log has it under the correlation id.
    public static var internalError: APIError {
        APIError(
            .internalServerError, "internal.server.error",
            "The server encountered an unexpected condition which prevented it from fulfilling the request.")
    }

    /// 503: not now, as while the server shuts down. Never after a side effect: clients repeat it.
    public static func unavailable(retryAfterSeconds: Int) -> APIError {
        APIError(.serviceUnavailable, "service.unavailable", "The service is unavailable.")
            .with(.retryAfter, String(retryAfterSeconds))
    }
}
