import HTTPTypes

/// Header fields that HTTPTypes does not name. Each literal is a valid token, so none of these can be nil.
extension HTTPField.Name {
    static let correlationId = HTTPField.Name("ININ-Correlation-Id")!
    static let contentMD5 = HTTPField.Name("Content-MD5")!
    /// The sender's own name for what it asks for.
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let pragma = HTTPField.Name("Pragma")!
    static let rateLimitCount = HTTPField.Name("inin-ratelimit-count")!
    static let rateLimitAllowed = HTTPField.Name("inin-ratelimit-allowed")!
    static let rateLimitReset = HTTPField.Name("inin-ratelimit-reset")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let frameOptions = HTTPField.Name("X-Frame-Options")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    /// The caller's place in its trace (W3C trace context).
    static let traceparent = HTTPField.Name("traceparent")!
    static let host = HTTPField.Name("Host")!
    static let deploymentId = HTTPField.Name("deploymentId")!
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
}
