import ContactCenter

/// What queues did with those who waited: each thing once, and nothing told without a note of why.
struct Treatments: Sendable {
    private struct Step: Hashable {
        let leg: CommunicationID
        let step: InQueueStep
    }

    private var taken: Set<Step> = []
    private var closures: [CommunicationID: QueueStanding] = [:]

    /// What is wrong with one commit.
    mutating func wrong(with events: [ConversationEvent], in conversation: Conversation) -> [String] {
        var findings: [String] = []
        var noted: CommunicationID?
        for event in events {
            switch event {
            case .treated(let body):
                noted = body.communication
                if isOnce(body.step), !taken.insert(Step(leg: body.communication, step: body.step)).inserted {
                    findings.append("step \(body.step) is taken twice")
                }
                findings += wrong(with: body.step, of: body.communication)
            case .messageSent(_, let leg) where conversation.participant(having: leg)?.purpose == .acd:
                if noted != leg { findings.append("a queue speaks without a note of why") }
                noted = nil
            default: break
            }
        }
        return findings
    }

    /// Each closure is told of once, and an opening after a closure only.
    private mutating func wrong(with step: InQueueStep, of leg: CommunicationID) -> [String] {
        switch step {
        case .closed(let standing):
            defer { closures[leg] = standing }
            return closures[leg] == standing ? ["one closure is told of twice: \(standing)"] : []
        case .opened: return closures.removeValue(forKey: leg) == nil ? ["it opens, and was not closed"] : []
        default: return closures[leg] == nil ? [] : ["step \(step) is taken in a closure"]
        }
    }

    /// Closures come again and again.
    private func isOnce(_ step: InQueueStep) -> Bool {
        switch step {
        case .closed, .opened: false
        case .treatment, .overflow, .maximumWait, .inactive: true
        }
    }
}
