import ContactCenter
import Engine
import Synchronization

/// A process of the simulated machines: its code runs when the scheduler says so, stops while it is stopped, and is
/// never heard of again when it is dead.
final class Process: TaskExecutor {
    /// Whether its code runs.
    enum Life: Sendable { case running, stopped, dead }

    private struct State {
        var life = Life.running
        var held: [@Sendable () -> Void] = []
        var skew = Duration.zero
        var stepsUntilFault: (count: Int, fault: @Sendable () -> Void)?
        var tasks: [Int: Task<Void, Never>] = [:]
        var nextTask = 0
        var isUnwinding = false
    }

    let name: String
    let scheduler: Scheduler
    private let state = Mutex(State())

    /// When a run begins, on a clock that was never set.
    static let epoch = Instant(milliseconds: 1_700_000_000_000)

    init(name: String, scheduler: Scheduler) {
        self.name = name
        self.scheduler = scheduler
    }

    func enqueue(_ job: consuming ExecutorJob) { scheduler.enqueue(UnownedJob(job), of: self) }

    var isAlive: Bool { state.withLock { $0.life != .dead } }

    // MARK: Running

    func run(_ job: UnownedJob) { run { job.runSynchronously(on: self.asUnownedTaskExecutor()) } }

    func run(_ action: @escaping @Sendable () -> Void) {
        let (mayRun, fault) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard state.life == .running || state.isUnwinding else {
                state.held.append(action)
                return (false, nil)
            }
            guard let next = state.stepsUntilFault else { return (true, nil) }
            state.stepsUntilFault = next.count > 0 ? (next.count - 1, next.fault) : nil
            return (true, next.count > 0 ? nil : next.fault)
        }
        if mayRun { action() }
        fault?()
    }

    /// Starts a task of this process.
    func start(_ body: @escaping @Sendable () async -> Void) {
        let number = state.withLock { state in
            state.nextTask += 1
            return state.nextTask
        }
        // Owner: this process; it ends by itself or with `unwind`.
        let task = Task(executorPreference: self) {
            await body()
            self.state.withLock { $0.tasks[number] = nil }
        }
        state.withLock { $0.tasks[number] = task }
    }

    // MARK: Faults

    /// Lets something happen after so many more steps of this process: in the middle of whatever it does then.
    func afterSteps(_ count: Int, _ fault: @escaping @Sendable () -> Void) {
        state.withLock { $0.stepsUntilFault = (count, fault) }
    }

    /// The process is killed.
    func kill() { state.withLock { $0.life = .dead } }

    /// The process is stopped (SIGSTOP).
    func stop() { state.withLock { if $0.life == .running { $0.life = .stopped } } }

    /// The process goes on as if nothing had happened.
    func goOn() {
        let held = state.withLock { state -> [@Sendable () -> Void] in
            guard state.life == .stopped else { return [] }
            state.life = .running
            defer { state.held = [] }
            return state.held
        }
        for action in held { scheduler.resume(action, in: self) }
    }

    /// Somebody sets the machine's clock.
    func setClock(ahead skew: Duration) { state.withLock { $0.skew = skew } }

    // MARK: The end of a run

    /// Cancels every task, and lets even a dead process run to its end so that nothing stays in memory.
    func unwind() {
        let (tasks, held) = state.withLock { state in
            state.isUnwinding = true
            defer { state.held = [] }
            return (Array(state.tasks.values), state.held)
        }
        for action in held { scheduler.resume(action, in: self) }
        for task in tasks { task.cancel() }
    }

    var isUnwound: Bool { state.withLock { $0.tasks.isEmpty } }

    // MARK: Surroundings

    /// The time that this machine's clock shows.
    var wallClock: Instant {
        let time = scheduler.now + state.withLock { $0.skew }
        return Self.epoch + Span(milliseconds: time.milliseconds)
    }

    /// What the engine gets of the world.
    var surroundings: Surroundings {
        Surroundings(
            now: { self.wallClock }, sleep: { try await self.sleep($0) }, uptime: { self.scheduler.now },
            random: { self.scheduler.draw { $0.next() } })
    }

    /// Returns after a span, or throws when the task is cancelled.
    func sleep(_ span: Duration) async throws {
        let alarm = Alarm()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                alarm.set(continuation, scheduler.after(span, in: self) { alarm.ring() })
            }
        } onCancel: {
            if let number = alarm.cancel() { _ = scheduler.cancel(number) }
        }
    }

    /// Lets a span pass, whatever happens to the task.
    func pause(_ span: Duration) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            _ = scheduler.after(span, in: self) { continuation.resume() }
        }
    }
}

/// Somebody who sleeps, and is woken once.
private final class Alarm: Sendable {
    private let waiting = Mutex<(continuation: CheckedContinuation<Void, any Error>, number: UInt64)?>(nil)

    func set(_ continuation: CheckedContinuation<Void, any Error>, _ number: UInt64) {
        waiting.withLock { $0 = (continuation, number) }
    }

    func ring() { take()?.continuation.resume() }

    func cancel() -> UInt64? {
        let waiting = take()
        waiting?.continuation.resume(throwing: CancellationError())
        return waiting?.number
    }

    private func take() -> (continuation: CheckedContinuation<Void, any Error>, number: UInt64)? {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
    }
}
