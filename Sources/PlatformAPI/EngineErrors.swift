import ContactCenter
import Engine
import HTTPTypes
import Journal

/// What a client sees of the engine's errors; the one table of them.
extension EngineError: APIErrorConvertible {
    /// The status, code and message of an error.
    public var apiError: APIError {
        switch self {
        case .notFound(let kind, let id): .notFound(kind, id: id)
        case .conversation(let error): error.apiError
        case .agent(.notOnQueue):
            APIError(.badRequest, "agent.not.on.queue", "The agent must be on queue first.")
        case .assignment(let error): error.apiError
        case .nameTaken(let kind, let name):
            .conflict("There is already a {kind} named [{name}].", params: ["kind": kind, "name": name])
        case .versionConflict: APIError(.conflict, "version.mismatch", "The entity was changed by someone else.")
        case .invalid(let field, let message):
            APIError(
                .badRequest, "invalid.value", message,
                details: [.init(errorCode: "invalid.value", fieldName: field)])
        case .overloaded(let seconds): .tooManyRequests(retryAfterSeconds: Int(seconds))
        // Without `Retry-After`: whether something was written is not known, and clients repeat what has one.
        case .fenced, .unavailable: APIError(.serviceUnavailable, "service.unavailable", "The service is unavailable.")
        }
    }
}

extension ConversationError: APIErrorConvertible {
    /// The status, code and message of an error.
    public var apiError: APIError {
        switch self {
        case .participantNotFound(let id): .notFound("participant", id: id.description)
        case .communicationNotFound(let id): .notFound("communication", id: id.description)
        case .wrongState(let state, let command):
            APIError(
                .conflict, "conversation.wrong.state",
                "The communication is {state}; [{command}] is not possible.",
                params: ["state": state.rawValue, "command": command])
        case .alreadyDisconnected:
            APIError(.conflict, "conversation.already.disconnected", "The communication has ended.")
        case .notWaiting:
            APIError(.conflict, "conversation.not.waiting", "The conversation does not wait for an agent.")
        case .customerWaits:
            APIError(.conflict, "conversation.customer.waits", "The customer waits for an answer.")
        case .customerGone:
            APIError(.conflict, "conversation.customer.gone", "The customer has left the conversation.")
        case .wrapupNotDue:
            APIError(.badRequest, "wrapup.not.due", "No wrap-up is due, or it lacks a code.")
        case .attributesTooLarge(let bytesMax):
            APIError(
                .badRequest, "attributes.too.large", "Attributes may have {bytes} bytes together.",
                params: ["bytes": String(bytesMax)])
        case .notAnAgent: APIError(.badRequest, "invalid.value", "The participant is not an agent.")
        }
    }
}

extension AssignmentError: APIErrorConvertible {
    /// The status, code and message of an error.
    public var apiError: APIError {
        switch self {
        case .notAllowed:
            APIError(
                .badRequest, "manual.assignment.disabled",
                "The queue does not allow interactions to be assigned by hand.")
        case .closed: APIError(.conflict, "queue.closed", "The queue does not serve now.")
        case .notMember: APIError(.forbidden, "not.a.member", "Only agents of the queue can take from it.")
        case .notAvailable:
            APIError(.badRequest, "agent.not.on.queue", "The agent must be on queue and answering.")
        case .atCapacity:
            APIError(.conflict, "agent.at.capacity", "The agent has as many interactions in hand as may be.")
        }
    }
}

extension EntryPointError: APIErrorConvertible {
    /// The status, code and message of an error.
    public var apiError: APIError {
        switch self {
        case .missing(let field): .missing(field)
        case .invalid(let field, let value, let allowed):
            .invalidValue(field, value.count > 80 ? value.prefix(80) + "…" : value, allowed: allowed)
        case .notCarried(let field, let channel):
            APIError(
                .badRequest, "invalid.value", "Links of channel [{channel}] carry no [{field}].",
                params: ["channel": channel, "field": field],
                details: [.init(errorCode: "invalid.value", fieldName: field)])
        }
    }
}

/// Runs a call of the journal and speaks of its errors as the engine's.
func journaling<Value: Sendable>(
    _ call: () async throws(JournalError) -> Value
) async throws(EngineError) -> Value {
    do { return try await call() } catch { throw EngineError(error) }
}
