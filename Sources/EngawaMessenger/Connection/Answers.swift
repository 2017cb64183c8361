import Synchronization

/// A place for one frame that is to come.
final class AnswerSlot: Sendable {
    private struct State {
        var result: Result<ServerFrame, any Error>?
        var waiter: CheckedContinuation<ServerFrame, any Error>?
    }

    let since = ContinuousClock.now
    private let state = Mutex(State())

    /// The first result counts.
    func settle(_ result: Result<ServerFrame, any Error>) {
        let waiter = state.withLock { state in
            if state.result == nil { state.result = result }
            return state.waiter.take()
        }
        waiter?.resume(with: result)
    }

    /// The frame, once it is there. To be asked once.
    var frame: ServerFrame {
        get async throws {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { waiter in
                    let result = state.withLock { state in
                        if state.result == nil { state.waiter = waiter }
                        return state.result
                    }
                    if let result { waiter.resume(with: result) }
                }
            } onCancel: {
                settle(.failure(MessengerError.cancelled))
            }
        }
    }
}

/// Requests of which the answer has not come, by tracing id; and files of which the arrival was not told, by theirs.
struct Answers {
    private var slots: [String: AnswerSlot] = [:]

    mutating func expect(_ key: String) -> AnswerSlot {
        let slot = AnswerSlot()
        slots.updateValue(slot, forKey: key)?.settle(.failure(MessengerError.connectionLost))
        return slot
    }

    mutating func settle(_ key: String, _ result: Result<ServerFrame, any Error>) {
        slots.removeValue(forKey: key)?.settle(result)
    }

    mutating func failAll(_ error: MessengerError) {
        for slot in slots.values { slot.settle(.failure(error)) }
        slots = [:]
    }

    /// Lets nobody wait for longer than this.
    mutating func failOverdue(_ patience: Duration) {
        for (key, slot) in slots where slot.since.duration(to: .now) > patience {
            settle(key, .failure(MessengerError.timedOut))
        }
    }

    /// Whether somebody waits for longer than this.
    func areOverdue(_ patience: Duration) -> Bool {
        slots.values.contains { $0.since.duration(to: .now) > patience }
    }
}
