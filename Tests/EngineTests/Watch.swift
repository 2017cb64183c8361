import ContactCenter
import Engine
import Synchronization
import Testing

/// Collects notifications and lets a test wait for one; what came before the question counts, too.
final class Watch: NotificationSubscriber {
    private let stream: AsyncStream<Notification>
    private let continuation: AsyncStream<Notification>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func deliver(_ notification: Notification, on topic: Topic) { continuation.yield(notification) }

    /// The next conversation for which the condition holds; fails after thirty seconds.
    func conversation(_ condition: @escaping @Sendable (Conversation) -> Bool) async throws -> Conversation {
        try await next { notification in
            if case .conversation(let conversation, _) = notification.kind, condition(conversation) {
                conversation
            } else {
                nil
            }
        }
    }

    /// The next state of the agent for which the condition holds.
    func agent(_ condition: @escaping @Sendable (AgentState) -> Bool) async throws -> AgentState {
        try await next { notification in
            if case .agentState(let state) = notification.kind, condition(state) { state } else { nil }
        }
    }

    private func next<Value: Sendable>(
        _ read: @escaping @Sendable (Notification) -> Value?
    ) async throws -> Value {
        let stream = stream
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                for await notification in stream { if let value = read(notification) { return value } }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                return nil
            }
            let found = try await group.next() ?? nil
            group.cancelAll()
            return try #require(found, "what the test waits for did not happen within thirty seconds")
        }
    }
}

/// Keeps the notifications that it is told.
final class Tally: NotificationSubscriber {
    private let told = Mutex<[Notification]>([])

    var count: Int { told.withLock { $0.count } }

    /// Of each conversation that was shown the ids of its messages, in the order of the log.
    var details: [[MessageID]] {
        told.withLock { told in
            told.compactMap { notification in
                guard case .conversation(_, let details) = notification.kind else { return nil }
                return details.values.flatMap { $0 }.sorted { $0.position < $1.position }.map(\.id)
            }
        }
    }

    func deliver(_ notification: Notification, on topic: Topic) { told.withLock { $0.append(notification) } }
}
