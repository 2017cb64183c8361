import ContactCenter
import Journal

/// Why the engine did not do what was asked; nothing changed. One table in the API turns these into statuses and codes.
public enum EngineError: Error, Sendable {
    /// There is no such thing, or the caller may not know that there is.
    case notFound(kind: String, id: String)
    /// The conversation refused.
    case conversation(ConversationError)
    /// The agent's state refused.
    case agent(AgentState.AgentError)
    /// An interaction was not given to an agent by hand.
    case assignment(AssignmentError)
    /// Another live entity of the kind has the name.
    case nameTaken(kind: String, name: String)
    /// The entity was changed by someone else since the caller read it.
    case versionConflict
    /// A value that is well-formed JSON but means nothing here; `field` is the path in the body.
    case invalid(field: String, message: String)
    /// Another process has the right to do this by now; never seen by a client, whose commands carry no fence.
    case fenced
    /// Too much waits; try again after the seconds given.
    case overloaded(retryAfterSeconds: Int)
    /// The database is out of reach; the reason is for the log.
    case unavailable(reason: String)

    /// The engine's view of what the journal says.
    public init(_ error: JournalError) {
        self =
            switch error {
            case .versionConflict: .versionConflict
            case .nameTaken(let kind, let name): .nameTaken(kind: kind, name: name)
            case .fenced: .fenced
            case .overloaded: .overloaded(retryAfterSeconds: 1)
            case .closed: .unavailable(reason: "the journal is closed")
            case .unavailable(let reason): .unavailable(reason: reason)
            }
    }
}

extension EngineError {
    /// Whether the same may succeed later, without anybody changing anything.
    var isTransient: Bool {
        switch self {
        case .overloaded, .unavailable: true
        default: false
        }
    }
}

/// Runs a call of the journal and speaks of its errors as the engine's.
func journaling<T: Sendable>(
    _ call: () async throws(JournalError) -> T
) async throws(EngineError) -> T {
    do { return try await call() } catch { throw EngineError(error) }
}

extension EngineError: CustomStringConvertible {
    /// For the log, and for whoever reads it at a terminal.
    public var description: String {
        switch self {
        case .notFound(let kind, let id): "there is no \(kind) \(id)"
        case .conversation(let error): "the conversation refused: \(error)"
        case .agent(let error): "the agent's state refused: \(error)"
        case .assignment(let error): "it was not given to the agent: \(error)"
        case .nameTaken(let kind, let name): "there is another \(kind) of the name \(name)"
        case .versionConflict: "somebody else changed it first"
        case .invalid(let field, let message): "\(field): \(message)"
        case .fenced: "another process has taken this over"
        case .overloaded(let seconds): "too much waits: try again after \(seconds) s"
        case .unavailable(let reason): reason
        }
    }
}
