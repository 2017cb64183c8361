import ContactCenter
import Logging
import ServiceLifecycle
import Synchronization

/// A wake-up call that is remembered when nobody waits, and of which many at once are one. One waiter at a time.
final class Nudge: Sendable {
    private struct State {
        var isPending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex<State>(State())

    /// Wakes whoever waits; if nobody does, the next wait returns at once.
    func call() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter else {
                state.isPending = true
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a call, at most until `limit` has passed.
    func wait(atMost limit: Duration, in surroundings: Surroundings) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.called() }
            group.addTask { try? await surroundings.sleep(limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func called() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state -> Bool in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state -> CheckedContinuation<Void, Never>? in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume()
        }
    }
}

/// Does what is due, sleeps until the next thing is, and wakes early when something sooner was set.
struct DueService: Service {
    let name: String
    let nudge: Nudge
    let progress: FollowerProgress
    let surroundings: Surroundings
    let logger: Logger
    /// Does what is due and says when the next thing will be.
    let work: @Sendable () async throws -> Instant?

    /// Even without a call nothing waits longer than this: a lost wake-up costs seconds, not for ever.
    static let sleepMax = Duration.seconds(5)

    func run() async throws {
        progress.started()
        defer { progress.stopped() }
        do {
            try await cancelWhenGracefulShutdown {
                try await workOn()
            }
        } catch is CancellationError {}
    }

    /// Goes on until it is cancelled or the right to the work is lost.
    func workOn() async throws {
        while !Task.isCancelled { await nudge.wait(atMost: try await pause(), in: surroundings) }
    }

    private func pause() async throws -> Duration {
        progress.began(at: surroundings.now())
        do {
            let next = try await work()
            progress.finished()
            guard let next else { return Self.sleepMax }
            let span = max(next - surroundings.now(), Span(milliseconds: 0))
            return min(.milliseconds(span.milliseconds), Self.sleepMax)
        } catch is CancellationError { throw CancellationError() } catch EngineError.fenced {
            throw EngineError.fenced
        } catch {
            progress.failed()
            logger.error("due work failed", metadata: ["work": "\(name)", "error": "\(error)"])
            return .milliseconds(500)
        }
    }
}
