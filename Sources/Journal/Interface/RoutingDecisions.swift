import ContactCenter
import Foundation

/// What routing decided on a conversation at a moment, or found again and again for a while.
public struct RoutingDecisionRecord: Sendable, Hashable {
    /// What came of it.
    public enum Outcome: String, Sendable, Hashable {
        case assigned, nobody
    }

    public var conversation: ConversationID
    /// Time ordered: a later decision of a conversation has a greater one.
    public var id: Identifier<RoutingDecisionRecord>
    public var outcome: Outcome
    /// The agent's part in the conversation that came of it.
    public var participant: ParticipantID?
    public var decidedAt: Instant
    /// When the same was found last.
    public var lastAt: Instant
    /// How often the same was found.
    public var timesCount: Int64
    /// What was weighed, as JSON.
    public var body: Data

    public init(
        conversation: ConversationID, id: Identifier<RoutingDecisionRecord>, outcome: Outcome, decidedAt: Instant,
        body: Data
    ) {
        self.conversation = conversation
        self.id = id
        self.outcome = outcome
        self.decidedAt = decidedAt
        self.body = body
        lastAt = decidedAt
        timesCount = 1
    }
}

/// That the same was decided again.
public struct RoutingDecisionRepetition: Sendable, Hashable {
    public var conversation: ConversationID
    public var id: Identifier<RoutingDecisionRecord>
    public var lastAt: Instant
    /// How often the same was found in all.
    public var timesCount: Int64

    public init(
        conversation: ConversationID, id: Identifier<RoutingDecisionRecord>, lastAt: Instant, timesCount: Int64
    ) {
        self.conversation = conversation
        self.id = id
        self.lastAt = lastAt
        self.timesCount = timesCount
    }
}

/// What routing decided. Each call is one transaction.
public protocol RoutingDecisions: Sendable {
    /// Whether decisions are kept at all.
    var keepsDecisions: Bool { get }
    /// Adds decisions; one that is there already stays as it is. Then notes repetitions; of unknown ones nothing. Of
    /// each conversation that has a new one `rowsMax` are kept, the newest.
    func recordDecisions(
        _ new: [RoutingDecisionRecord], repeated: [RoutingDecisionRepetition], rowsMax: Int
    ) async throws(JournalError)
    /// The decisions on a conversation, newest first, those before one of them; at most `limit`.
    func decisions(
        on conversation: ConversationID, before: Identifier<RoutingDecisionRecord>?, limit: Int
    ) async throws(JournalError) -> [RoutingDecisionRecord]
    /// Forgets decisions that were found last at an instant or before; answers how many, at most `limit`.
    func forgetDecisions(by instant: Instant, limit: Int) async throws(JournalError) -> Int
}

/// A journal that keeps no decisions.
extension RoutingDecisions {
    public var keepsDecisions: Bool { false }
    public func recordDecisions(
        _ new: [RoutingDecisionRecord], repeated: [RoutingDecisionRepetition], rowsMax: Int
    ) async throws(JournalError) {}
    public func decisions(
        on conversation: ConversationID, before: Identifier<RoutingDecisionRecord>?, limit: Int
    ) async throws(JournalError) -> [RoutingDecisionRecord] { [] }
    public func forgetDecisions(by instant: Instant, limit: Int) async throws(JournalError) -> Int { 0 }
}
