import Collections
import ContactCenter
import CoreMetrics
import Foundation
import Journal
import Routing
import Synchronization
import Telemetry

/// What routing decided, kept for those who ask why. Routing hands its decisions over and goes on; they are written
/// some moments later, many at once. What a crash takes away of them is lost, and nothing else hangs on it
/// (`docs/decisions/0032-decisions-are-written-behind.md`).
public final class Decisions: Sendable {
    /// Decisions that wait to be written. When the journal does not take them for so long, further ones are lost, and
    /// counted.
    static let pendingMax = 4_096
    /// Decisions of one write: how long commits may wait behind it.
    static let batchMax = 128
    /// Decisions of one conversation that are kept; the oldest go.
    public static let rowsMax = 200
    /// Conversations of which is remembered what was said last. When there are more all are forgotten: what is said
    /// again of them becomes a record of its own.
    static let saidMax = 10_000
    /// Decisions that are forgotten in one transaction.
    static let forgottenMax = 500

    private let journal: any Journal
    private let surroundings: Surroundings
    let nudge = Nudge()
    private let state = Mutex(State())
    private let assigned = Counter(label: Metric.routingDecisions.name, dimensions: [("outcome", "assigned")])
    private let nobody = Counter(label: Metric.routingDecisions.name, dimensions: [("outcome", "nobody")])
    private let lost = Counter(label: Metric.routingDecisions.name, dimensions: [("outcome", "lost")])

    private typealias ID = Identifier<RoutingDecisionRecord>

    private struct State {
        var pending: OrderedDictionary<ID, RecordedDecision> = [:]
        var repeated: OrderedDictionary<ID, RoutingDecisionRepetition> = [:]
        var said: [ConversationID: Said] = [:]
        /// The time of the last id in 4,096ths of a millisecond, so that ids grow within one, too.
        var stamp: UInt64 = 0
    }

    /// What was said last of a conversation that has nobody.
    private struct Said {
        var words: Int
        var repetition: RoutingDecisionRepetition
    }

    init(journal: any Journal, surroundings: Surroundings) {
        self.journal = journal
        self.surroundings = surroundings
    }

    /// Whether anything is kept.
    var isKept: Bool { journal.keepsDecisions }

    // MARK: Keeping

    /// An agent was offered a conversation.
    func note(_ assignment: Assignment, in conversation: Conversation) {
        guard isKept else { return }
        let participant = conversation.participants.last { $0.purpose == .agent && $0.user == assignment.user }
        let taken = RecordedDecision.Assigned(
            user: assignment.user, reason: assignment.reason.rawValue, participant: participant?.id)
        state.withLock { state in
            state.said[conversation.id] = nil
            add(
                RecordedDecision.Content(assignment.interaction, assignment.decision, assigned: taken),
                on: conversation.id, to: &state)
        }
        assigned.increment()
        nudge.call()
    }

    /// Nobody was found for these. The same as before is not said again, only counted.
    func note(_ unserved: [Explanation]) {
        guard isKept, !unserved.isEmpty else { return }
        state.withLock { state in
            for explanation in unserved { note(explanation, in: &state) }
        }
        nudge.call()
    }

    /// A conversation does not wait any more.
    func forget(_ conversation: ConversationID) {
        guard isKept else { return }
        state.withLock { $0.said[conversation] = nil }
    }

    private func note(_ explanation: Explanation, in state: inout State) {
        let conversation = explanation.interaction.conversation
        let words = explanation.words
        if var said = state.said[conversation], said.words == words {
            said.repetition.lastAt = max(said.repetition.lastAt, explanation.decision.at)
            said.repetition.timesCount += 1
            state.said[conversation] = said
            note(said.repetition, in: &state)
            return
        }
        let content = RecordedDecision.Content(explanation.interaction, explanation.decision)
        guard let id = add(content, on: conversation, to: &state) else { return }
        nobody.increment()
        if state.said.count >= Self.saidMax { state.said = [:] }
        state.said[conversation] = Said(
            words: words,
            repetition: RoutingDecisionRepetition(
                conversation: conversation, id: id, lastAt: explanation.decision.at, timesCount: 1))
    }

    private func note(_ repetition: RoutingDecisionRepetition, in state: inout State) {
        if state.pending[repetition.id] != nil {
            state.pending[repetition.id]?.lastAt = repetition.lastAt
            state.pending[repetition.id]?.timesCount = repetition.timesCount
        } else if state.repeated[repetition.id] != nil || state.repeated.count < Self.pendingMax {
            state.repeated[repetition.id] = repetition
        }
    }

    @discardableResult
    private func add(
        _ content: RecordedDecision.Content, on conversation: ConversationID, to state: inout State
    ) -> ID? {
        guard state.pending.count < Self.pendingMax else {
            lost.increment()
            return nil
        }
        state.stamp = max(state.stamp + 1, UInt64(clamping: content.decision.at.milliseconds) << 12)
        let id = ID(
            high: (state.stamp >> 12) << 16 | 0x7000 | state.stamp & 0xFFF,
            low: 0x8000_0000_0000_0000 | surroundings.random() & 0x3FFF_FFFF_FFFF_FFFF)
        state.pending[id] = RecordedDecision(id: id, conversation: conversation, content: content)
        return id
    }

    /// Writes what waits.
    func write() async throws(EngineError) {
        while true {
            let (new, repeated) = state.withLock { state in
                let new = Array(state.pending.values.prefix(Self.batchMax))
                let repeated = Array(state.repeated.values.prefix(Self.batchMax - new.count))
                state.pending.removeFirst(new.count)
                state.repeated.removeFirst(repeated.count)
                return (new, repeated)
            }
            if new.isEmpty, repeated.isEmpty { return }
            var records: [RoutingDecisionRecord] = []
            for decision in new { records.append(try decision.record) }
            let written = records
            do {
                try await journaling { () async throws(JournalError) in
                    try await journal.recordDecisions(written, repeated: repeated, rowsMax: Self.rowsMax)
                }
            } catch {
                putBack(new, repeated)
                throw error
            }
        }
    }

    private func putBack(_ new: [RecordedDecision], _ repeated: [RoutingDecisionRepetition]) {
        state.withLock { state in
            let (later, laterRepeated) = (state.pending, state.repeated)
            state.pending = OrderedDictionary(uniqueKeysWithValues: new.map { ($0.id, $0) })
            state.pending.merge(later) { $1 }
            state.repeated = OrderedDictionary(uniqueKeysWithValues: repeated.map { ($0.id, $0) })
            state.repeated.merge(laterRepeated) { $1 }
        }
    }

    // MARK: Reading

    /// The decisions on a conversation, newest first, those before one of them; what this process has still to write
    /// is among them.
    public func list(
        on conversation: ConversationID, before: Identifier<RoutingDecisionRecord>? = nil, limit: Int
    ) async throws(EngineError) -> [RecordedDecision] {
        // Looked up first: what is written meanwhile is then in the table.
        let waiting = state.withLock { state in
            state.pending.values.filter { decision in
                decision.conversation == conversation && before.map { decision.id < $0 } ?? true
            }
        }
        let records = try await journaling { () async throws(JournalError) in
            try await journal.decisions(on: conversation, before: before, limit: limit)
        }
        var found: [RecordedDecision] = []
        for record in records { found.append(try RecordedDecision(record)) }
        let written = Set(found.map(\.id))
        found += waiting.filter { !written.contains($0.id) }
        return Array(found.sorted { $1.id < $0.id }.prefix(max(limit, 1)))
    }

    /// Forgets decisions that held last longer ago than `age`.
    public func forget(olderThan age: Span) async throws(EngineError) {
        let end = Instant(milliseconds: surroundings.now().milliseconds - age.milliseconds)
        while try await journaling({ () async throws(JournalError) in
            try await journal.forgetDecisions(by: end, limit: Self.forgottenMax)
        }) == Self.forgottenMax {}
    }
}

extension Explanation {
    /// What it says, without when, as a number: equal words are one record.
    fileprivate var words: Int {
        var hasher = Hasher()
        hasher.combine(decision.timeless)
        hasher.combine(interaction)
        return hasher.finalize()
    }
}
