import ContactCenter
import Foundation
import Journal
import Routing

/// What routing weighed, for those who show it.
public typealias RoutingDecision = Decision

/// A decision of routing on a conversation, as it is kept and shown.
public struct RecordedDecision: Sendable, Hashable {
    /// What asked for an agent.
    public struct Request: Codable, Sendable, Hashable {
        /// The `acd` leg that waits or waited; it names the round of waiting.
        public var leg: CommunicationID
        public var queue: QueueID
        /// Skills, and the language beside them, before any ring took some away.
        public var skills: [SkillID]
        public var priority: Int
        public var media: MediaType
        public var label: LabelID?
        public var lastAgent: UserID?
        public var directAgent: UserID?
        public var since: Instant

        init(_ interaction: WaitingInteraction) {
            leg = interaction.leg
            queue = interaction.queue
            skills = interaction.skills
            priority = interaction.priority
            media = interaction.media
            label = interaction.label
            lastAgent = interaction.lastAgent
            directAgent = interaction.directAgent
            since = interaction.since
        }
    }

    /// Who got it.
    public struct Assigned: Codable, Sendable, Hashable {
        public var user: UserID
        public var reason: String
        /// The agent's part in the conversation: what became of the offer stands there.
        public var participant: ParticipantID?
    }

    /// What is kept as JSON. Members that come later are optional: records of earlier versions lack them.
    public struct Content: Codable, Sendable, Hashable {
        public var request: Request
        public var decision: RoutingDecision
        /// Absent when nobody was found.
        public var assigned: Assigned?

        init(_ interaction: WaitingInteraction, _ decision: Decision, assigned: Assigned? = nil) {
            request = Request(interaction)
            self.decision = decision
            self.assigned = assigned
        }
    }

    public var id: Identifier<RoutingDecisionRecord>
    public var conversation: ConversationID
    public var lastAt: Instant
    public var timesCount: Int64
    public var content: Content

    init(id: Identifier<RoutingDecisionRecord>, conversation: ConversationID, content: Content) {
        self.id = id
        self.conversation = conversation
        self.content = content
        lastAt = content.decision.at
        timesCount = 1
    }

    init(_ record: RoutingDecisionRecord) throws(EngineError) {
        self.init(
            id: record.id, conversation: record.conversation, content: try JSON.decode(Content.self, from: record.body))
        lastAt = record.lastAt
        timesCount = record.timesCount
    }

    var record: RoutingDecisionRecord {
        get throws(EngineError) {
            var record = RoutingDecisionRecord(
                conversation: conversation, id: id, outcome: content.assigned == nil ? .nobody : .assigned,
                decidedAt: content.decision.at, body: try JSON.encode(content))
            record.participant = content.assigned?.participant
            record.lastAt = max(lastAt, content.decision.at)
            record.timesCount = timesCount
            return record
        }
    }
}
