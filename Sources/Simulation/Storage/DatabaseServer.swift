import ContactCenter
import Foundation
import Journal
import Synchronization

/// The database as the processes reach it: over a line that fails, on a disk that fills and slows down.
///
/// What it holds survives every process. What it has said to a process that died, or whose line was cut, nobody knows.
final class DatabaseServer: Sendable {
    /// What is wrong at the moment.
    struct Trouble: Sendable {
        /// The disk is full: nothing is written.
        var isDiskFull = false
        /// How much longer a sync takes.
        var slowness = Duration.zero
        /// How often the answer to something written is lost.
        var lostAnswers = 0.0
        /// Processes whose line is cut, by name.
        var cut: Set<String> = []
        /// Processes that hear no notification, though they can ask.
        var deaf: Set<String> = []
    }

    private struct State {
        var database = Database()
        var trouble = Trouble()
        var listeners: [String: SimulatedJournal] = [:]
    }

    let scheduler: Scheduler
    let isShared: Bool
    /// Called with each commit that becomes durable: the events that it appended, and the rows that it saved.
    let watch: @Sendable ([RecordedEvent], [ConfigurationRecord]) -> Void
    /// Called with what a database should never have been asked to do.
    let complain: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(
        scheduler: Scheduler, isShared: Bool,
        watch: @escaping @Sendable ([RecordedEvent], [ConfigurationRecord]) -> Void,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.complain = complain
        self.scheduler = scheduler
        self.isShared = isShared
        self.watch = watch
    }

    /// The database's own clock.
    var now: Instant { Process.epoch + Span(milliseconds: scheduler.now.milliseconds) }

    /// What is durable now.
    func read<Value>(_ body: (borrowing Database) throws -> Value) rethrows -> Value {
        try state.withLock { try body($0.database) }
    }

    func change<Value>(_ body: (inout Database) -> Value) -> Value { state.withLock { body(&$0.database) } }

    var trouble: Trouble {
        get { state.withLock { $0.trouble } }
        set { state.withLock { $0.trouble = newValue } }
    }

    func make(_ edit: @Sendable (inout Trouble) -> Void) { state.withLock { edit(&$0.trouble) } }

    func isCut(_ process: Process) -> Bool { state.withLock { $0.trouble.cut.contains(process.name) } }

    func isDeaf(_ process: Process) -> Bool {
        state.withLock { $0.trouble.cut.contains(process.name) || $0.trouble.deaf.contains(process.name) }
    }

    func listen(_ journal: SimulatedJournal) { state.withLock { $0.listeners[journal.process.name] = journal } }

    /// Makes a commit durable, or refuses it.
    func apply(_ commit: Commit) -> Result<(CommitOutcome, [RecordedEvent]), JournalError> {
        let result = state.withLock { state -> Result<(CommitOutcome, [RecordedEvent]), JournalError> in
            let start = state.database.head
            do throws(JournalError) {
                let outcome = try state.database.apply(commit)
                let events = state.database.events(after: start, limit: .max)
                watch(events, commit.configuration)
                return .success((outcome, events))
            } catch {
                return .failure(error)
            }
        }
        if case .success(let done) = result { for event in done.1 { scheduler.note(event.position.value) } }
        return result
    }

    /// Tells the other processes that the log has grown, or what one of them signals.
    func tell(from process: Process, _ word: @escaping @Sendable (SimulatedJournal) -> Void) {
        guard isShared else { return }
        let others = state.withLock { state in
            state.listeners.values.filter { $0.process !== process }.sorted { $0.process.name < $1.process.name }
        }
        for other in others {
            let delay = scheduler.draw { $0.span(.milliseconds(0), .milliseconds(8)) }
            scheduler.after(delay, in: other.process) {
                // Who is cut off hears nothing and looks into the table when the line is back.
                if self.isDeaf(other.process) { other.lookLater() } else { word(other) }
            }
        }
    }
}
