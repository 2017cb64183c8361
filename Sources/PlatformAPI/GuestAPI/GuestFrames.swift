import ContactCenter
import Engine
import NIOCore

/// The frames that guests are sent (reference, sections B.1 and B.3). `type`, `class`, `code` and `body` are always
/// there.
enum GuestFrames {
    /// What answers a request is a `response`, what happened is a `message`.
    enum Kind: String { case response, message }

    static func frame(
        _ kind: Kind, _ name: String, code: Int = 200, trace: String? = nil, body: (inout JSONWriter) -> Void
    ) -> ByteBuffer {
        var json = JSONWriter()
        json.object { json in
            json.member("type", kind.rawValue)
            json.member("class", name)
            json.member("code", code)
            json.name("body")
            body(&json)
            json.member("tracingId", trace)
        }
        return json.buffer
    }

    static func message(_ message: GuestMessageWire, kind: Kind = .message, trace: String?) -> ByteBuffer {
        frame(kind, "StructuredMessage", trace: trace) { message.write(to: &$0) }
    }

    /// The answer to a health check: what was sent, and how long the session lasts.
    static func echo(
        _ text: String, id: MessageID, at now: Instant, expiry: SessionExpiry?, trace: String?
    ) -> ByteBuffer {
        frame(.response, "StructuredMessage", trace: trace) { json in
            json.object { json in
                json.member("id", id.hex)
                json.member("type", "Text")
                json.member("direction", "Inbound")
                json.member("text", text)
                json.member("channel") { json in
                    json.member("time", WireDate(now))
                    json.member("messageId", id.description)
                }
                guard let expiry else { return }
                json.member("metadata") { json in
                    json.member("durationSeconds", String(expiry.durationSeconds))
                    json.member("expirationDate", String(expiry.epochSeconds))
                }
            }
        }
    }

    static func session(
        _ session: GuestSession, _ expiry: SessionExpiry, media rules: AttachmentRules, trace: String?
    ) -> ByteBuffer {
        frame(.response, "SessionResponse", trace: trace) { json in
            json.object { json in
                json.member("connected", true)
                json.member("newSession", session.isNew)
                json.member("readOnly", session.isReadOnly)
                json.member("clearedExistingSession", false)
                json.member("autoStarted", false)
                media(&json, rules)
                json.member("durationSeconds", expiry.durationSeconds)
                json.member("expirationDate", expiry.epochSeconds)
            }
        }
    }

    /// A read-only session was left on purpose; the client begins a new one on the same connection.
    static func left(trace: String?) -> ByteBuffer {
        frame(.response, "SessionResponse", trace: trace) { json in
            json.object { json in
                json.member("connected", false)
                json.member("newSession", false)
                json.member("readOnly", true)
            }
        }
    }

    static func configuration(durationSeconds: Int64, media rules: AttachmentRules, trace: String?) -> ByteBuffer {
        frame(.response, "GetConfigurationResponse", trace: trace) { json in
            json.object { json in
                media(&json, rules)
                json.member("messageRoutingEnabled", true)
                json.member("sessionDurationSeconds", durationSeconds)
            }
        }
    }

    /// Which files a guest may send; no type when none.
    private static func media(_ json: inout JSONWriter, _ rules: AttachmentRules) {
        json.member("allowedMedia") { json in
            json.member("inbound") { json in
                json.member("fileTypes", rules.fileTypes)
                json.member("maxFileSizeKB", rules.kilobytesMax)
            }
        }
        json.member("blockedExtensions", strings: rules.limits.files.blockedExtensions.sorted())
        json.member("maxCustomDataBytes", rules.limits.attributeBytesMax)
    }

    static func jwt(_ jwt: GuestTokens.Issued, trace: String?) -> ByteBuffer {
        frame(.response, "JwtResponse", trace: trace) { json in
            json.object { json in
                json.member("jwt", jwt.text)
                json.member("exp", jwt.expiresAt.milliseconds / 1_000)
            }
        }
    }

    static func resumeToken(_ token: GuestTokens.Issued, trace: String?) -> ByteBuffer {
        frame(.response, "ResumeTokenResponse", trace: trace) { json in
            json.object { json in
                json.member("resumeToken", token.text)
                json.member("exp", token.expiresAt.milliseconds / 1_000)
            }
        }
    }

    static func error(_ error: GuestError, trace: String?) -> ByteBuffer {
        guard let seconds = error.retryAfterSeconds else {
            return frame(.response, "string", code: error.code, trace: trace) { $0.string(error.message) }
        }
        return frame(.response, "TooManyRequestsErrorMessage", code: 429, trace: trace) { json in
            json.object { json in
                json.member("retryAfter", seconds)
                json.member("errorCode", error.code)
                json.member("errorMessage", error.message)
                json.member("name", "TooManyRequestsError")
                json.member("message", error.message)
            }
        }
    }

    /// The refusal of an attachment for clients that asked for objects instead of text.
    static func urlError(_ error: GuestError, attachment: String?, at: Instant, trace: String?) -> ByteBuffer {
        frame(.response, "GenerateUrlError", code: error.code, trace: trace) { json in
            json.object { json in
                json.member("attachmentId", attachment)
                json.member("errorCode", error.code)
                json.member("errorMessage", error.message)
                json.member("name", "GenerateUrlError")
                json.member("message", error.message)
                json.member("timestamp", WireDate(at))
            }
        }
    }

    /// A class whose body is empty.
    static func event(_ kind: Kind, _ name: String, trace: String? = nil) -> ByteBuffer {
        frame(kind, name, trace: trace) { $0.object { _ in } }
    }

    /// Clients do not come back by themselves after this one.
    static let connectionClosed = event(.message, "ConnectionClosedEvent")
    /// The customer signed in on another connection of this session (clients read either member).
    static let signedInElsewhere = frame(.message, "ConnectionClosedEvent") { json in
        json.object { json in
            json.member("reason", "signedIn")
            json.member("reasonCode", "signedIn")
        }
    }
    static let loggedOut = event(.message, "LogoutEvent")
    static let sessionExpired = event(.message, "SessionExpiredEvent")
    static let sessionCleared = event(.message, "SessionClearedEvent")
}

/// Until when a session lasts, in the units of the wire.
struct SessionExpiry: Sendable {
    var durationSeconds: Int64
    var epochSeconds: Int64

    init(duration: Span, expiresAt: Instant) {
        durationSeconds = duration.milliseconds / 1_000
        epochSeconds = expiresAt.milliseconds / 1_000
    }
}
