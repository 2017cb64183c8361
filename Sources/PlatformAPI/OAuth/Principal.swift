import ContactCenter

/// Who makes a request: a person by way of a client, or a client for itself.
public struct Principal: Caller, Sendable {
    /// The person; absent for a client-credentials token.
    public let user: UserID?
    /// The OAuth client's id.
    public let client: String
    /// What the person, or the client for itself, may do.
    public let permissions: PermissionSet
    /// The SHA-256 of the token, hexadecimal: what requests are counted by, and what sign-out takes away.
    let tokenHash: String

    /// What requests are counted by.
    public var rateLimitKey: String { tokenHash }

    /// Whether the caller holds a permission.
    public func holds(_ permission: String) -> Bool { permissions.holds(permission) }

    /// The person; 400 for a client-credentials token, which has none (reference, section A.4).
    func requiredUser() throws(APIError) -> UserID {
        guard let user else { throw .noUserContext }
        return user
    }
}

extension APIError {
    /// 400: a client-credentials token where only a person makes sense.
    static var noUserContext: APIError {
        APIError(
            .badRequest, "not.a.user",
            "This request requires a user context. "
                + "Client credentials cannot be used for requests that require a user context.")
    }
}
