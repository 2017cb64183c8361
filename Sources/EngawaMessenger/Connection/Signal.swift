import Synchronization

/// Wakes one waiter. Raised while nobody waits, it lets the next one through at once.
final class Signal: Sendable {
    private struct State {
        var isRaised = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func raise() {
        let waiter = state.withLock { state in
            state.isRaised = state.waiter == nil
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Returns when the signal is raised or the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.withLock { state in
                    guard !state.isRaised, !Task.isCancelled else { return true }
                    state.waiter = continuation
                    return false
                }
                guard passes else { return }
                state.withLock { $0.isRaised = false }
                continuation.resume()
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }
}

/// Hands values to any number of streams. A stream whose reader is slower than this many values loses the oldest.
struct Broadcast<Value: Sendable>: Sendable {
    private static var waitingMax: Int { 1_024 }

    private final class Streams: Sendable {
        let open = Mutex<[Int: AsyncStream<Value>.Continuation]>([:])
        let count = Mutex(0)
    }

    private let streams = Streams()

    func send(_ value: Value) {
        for stream in streams.open.withLock({ Array($0.values) }) { stream.yield(value) }
    }

    /// A stream of what is sent from now on, after `first`.
    func stream(first: Value? = nil) -> AsyncStream<Value> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Value.self, bufferingPolicy: .bufferingNewest(Self.waitingMax))
        let id = streams.count.withLock { count in
            count += 1
            return count
        }
        if let first { continuation.yield(first) }
        let streams = streams
        continuation.onTermination = { _ in streams.open.withLock { $0[id] = nil } }
        streams.open.withLock { $0[id] = continuation }
        return stream
    }
}
