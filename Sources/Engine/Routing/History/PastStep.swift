import ContactCenter
import Routing

/// One step of a past conversation that routing had to do with: everything that trainings and replays go by.
struct PastStep: Sendable {
    let at: Instant
    let what: What

    /// What happened. Of a leg it is told what is known of it after the step.
    enum What: Sendable {
        /// The customer came, or came back.
        case arrived
        /// More is known of what it is about.
        case described
        /// The customer answered the survey.
        case surveyed(score: Int)
        /// It began to wait in a queue.
        case queued(PastWait)
        /// It asks for something else.
        case asked(RoutingRequest)
        /// Its queue's settings did something with whoever waits.
        case treated(InQueueStep)
        /// An agent is asked.
        case offered(ConversationEvent.Offered)
        case answered(PastLeg)
        case parked(PastLeg)
        case resumed(PastLeg)
        /// It waits no longer, and nobody answered.
        case waitEnded(PastWait, Communication.DisconnectType)
        /// An agent who was asked did not take it.
        case alertEnded(PastLeg, Communication.DisconnectType)
        /// The agent who had it left: hung up, passed it on, or lost it.
        case left(PastLeg, Communication.DisconnectType)
        /// The agent is done with it, after-call work included.
        case released(PastLeg)
        /// It is over for so long that nothing more is told of it.
        case forgotten
    }
}

/// A wait in a queue.
struct PastWait: Sendable {
    let participant: ParticipantID
    let leg: CommunicationID
    let since: Instant
    let cause: RecordedInteraction.Cause
    /// What is asked for now.
    var routing: RoutingRequest
}

/// An agent's part in a conversation, until the agent is done with it.
struct PastLeg: Sendable {
    let id: CommunicationID
    let participant: ParticipantID
    let user: UserID
    let policy: WrapupPolicy
    var wantsWrapup: Bool?
    var isWrappedUp = false
    var answeredAt: Instant?
    var leftAt: Instant?
    var releasedAt: Instant?
    /// When it was parked and resumed, in turn, in milliseconds after the answer.
    var parkingMs: [Int64] = []

    /// Whether after-call work begins when the agent leaves, as the conversation decides it.
    var owesWrapup: Bool {
        let begins = policy.prompt == .agentRequested ? wantsWrapup ?? false : policy.startsAfterCallWork
        return begins && !(isWrappedUp && policy.endsWithWrapup)
    }

    /// What it took so far of the agent's time, after-call work included and without the time parked; nothing before
    /// the agent has left.
    var handling: Span? {
        guard let answeredAt, let leftAt else { return nil }
        var marks = parkingMs
        if !marks.count.isMultiple(of: 2) { marks.append((leftAt - answeredAt).milliseconds) }
        let parkedMs = stride(from: 0, to: marks.count, by: 2).reduce(0) { $0 + marks[$1 + 1] - marks[$1] }
        return Span(milliseconds: ((releasedAt ?? leftAt) - answeredAt).milliseconds - parkedMs)
    }
}

/// Who was there at a moment of the past, as far as it is known since reading began.
struct PastFloor: Sendable {
    /// Presence, routing status and interactions, as agents' own streams tell them.
    private(set) var agents: [UserID: AgentState] = [:]
    /// What each agent has in hand, as conversations tell it: alerting, connected, and after-call work.
    private(set) var hands: [UserID: Set<CommunicationID>] = [:]

    /// Takes what an agent did.
    mutating func take(_ event: AgentState.Event, of user: UserID, at: Instant) {
        agents[user, default: AgentState(user: user)].apply(event, at: at)
    }

    /// Takes a step of a conversation.
    mutating func take(_ step: PastStep.What) {
        switch step {
        case .offered(let offer): hands[offer.user, default: []].insert(offer.communication)
        case .parked(let leg), .alertEnded(let leg, _), .released(let leg): hands[leg.user]?.remove(leg.id)
        // What was parked is in hand again while there is work to do after it.
        case .resumed(let leg), .left(let leg, _): hands[leg.user, default: []].insert(leg.id)
        default: break
        }
    }
}

/// What the log tells of an agent beside conversations.
enum PastChange: Sendable {
    case readiness(RecordedReadiness)
    /// The agent finished with a leg that began before the reader did.
    case carried(UserID, CommunicationID, until: Instant)
}

/// Makes something of the past: is told each step in the order of the log.
protocol PastFold {
    /// Takes a step of a conversation, which stands as it does after the step; so does the floor.
    mutating func take(_ step: PastStep, of conversation: PastConversation, on floor: PastFloor)
    /// Takes what an agent did.
    mutating func take(_ change: PastChange)
}
