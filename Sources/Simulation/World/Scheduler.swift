import Collections
import Synchronization

/// The one thread of a run: picks what goes on next by the seed, and lets time jump when nothing can.
///
/// Every process is an executor that hands its jobs here, so that between any two awaits of the engine anything else
/// may happen.
final class Scheduler: Sendable {
    /// What can go on.
    private enum Step {
        case job(UnownedJob, Process)
        case action(@Sendable () -> Void, Process?)
    }

    private struct Alarm: Comparable {
        let at: Duration
        let number: UInt64
        static func < (left: Self, right: Self) -> Bool { (left.at, left.number) < (right.at, right.number) }
    }

    private struct State {
        var now = Duration.zero
        var ready: [Step] = []
        var alarms = Heap<Alarm>()
        var actions: [UInt64: (run: @Sendable () -> Void, process: Process?)] = [:]
        var nextNumber: UInt64 = 0
        var chance: Chance
        var trace = Trace()
        var stepsCount = 0
        /// Steps since time passed last.
        var stepsAtOnce = 0
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(chance: Chance(seed: seed))) }

    /// The time since the run began, by a clock that never jumps.
    var now: Duration { state.withLock { $0.now } }
    /// What two runs of one seed share.
    var traceHash: UInt64 { state.withLock { $0.trace.hash } }
    /// How many steps were made.
    var stepsCount: Int { state.withLock { $0.stepsCount } }

    /// More steps than this without time passing are a loop that would never end.
    static let stepsAtOnceMax = 500_000
    /// Whether the run came to a stand in such a loop.
    var isStuck: Bool { state.withLock { $0.stepsAtOnce >= Self.stepsAtOnceMax } }

    /// Draws from the seed.
    func draw<Value: Sendable>(_ body: (inout Chance) -> Value) -> Value { state.withLock { body(&$0.chance) } }

    /// Adds to what two runs share.
    func note(_ number: Int64) { state.withLock { $0.trace.note(number) } }

    func enqueue(_ job: UnownedJob, of process: Process) { state.withLock { $0.ready.append(.job(job, process)) } }

    /// Does something after a span; as part of a process, if one is given: not when it is dead, later while it is
    /// stopped.
    @discardableResult
    func after(_ span: Duration, in process: Process?, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.nextNumber += 1
            state.actions[state.nextNumber] = (action, process)
            state.alarms.insert(Alarm(at: state.now + max(span, .zero), number: state.nextNumber))
            return state.nextNumber
        }
    }

    /// Takes an action back; `false` if it was done already.
    func cancel(_ number: UInt64) -> Bool { state.withLock { $0.actions.removeValue(forKey: number) != nil } }

    func resume(_ action: @escaping @Sendable () -> Void, in process: Process?) {
        state.withLock { $0.ready.append(.action(action, process)) }
    }

    /// Runs until a moment.
    func run(until end: Duration) {
        while let step = next(before: end) { perform(step) }
        state.withLock { $0.now = max($0.now, end) }
    }

    /// Does everything that is left at once; for the end of a run, when everything unwinds.
    func drain() {
        state.withLock { $0.stepsAtOnce = 0 }
        while let step = next(before: .seconds(Int64.max / 2)) { perform(step) }
    }

    private func next(before end: Duration) -> Step? {
        state.withLock { state in
            while true {
                guard state.stepsAtOnce < Self.stepsAtOnceMax else { return nil }
                if !state.ready.isEmpty {
                    state.stepsAtOnce += 1
                    let index = state.chance.below(state.ready.count)
                    state.ready.swapAt(index, state.ready.count - 1)
                    state.stepsCount += 1
                    state.trace.note(Int64(index) << 32 ^ Int64(state.ready.count))
                    return state.ready.removeLast()
                }
                guard let alarm = state.alarms.min, alarm.at <= end else { return nil }
                state.alarms.removeMin()
                guard let action = state.actions.removeValue(forKey: alarm.number) else { continue }
                if alarm.at > state.now { state.stepsAtOnce = 0 }
                state.stepsAtOnce += 1
                state.now = max(state.now, alarm.at)
                state.trace.note(state.now.milliseconds)
                return .action(action.run, action.process)
            }
        }
    }

    private func perform(_ step: Step) {
        switch step {
        case .job(let job, let process): process.run(job)
        case .action(let action, nil): action()
        case .action(let action, let process?): process.run(action)
        }
    }
}
