import ContactCenter

/// What queues did with those who waited: each thing once, and nothing told without a note of why.
struct Treatments: Sendable {
    private struct Step: Hashable {
        let leg: CommunicationID
        let step: InQueueStep
    }

    private var taken: Set<Step> = []

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
            case .messageSent(_, let leg) where conversation.participant(having: leg)?.purpose == .acd:
                if noted != leg { findings.append("a queue speaks without a note of why") }
                noted = nil
            default: break
            }
        }
        return findings
    }

    /// Closures come again and again.
    private func isOnce(_ step: InQueueStep) -> Bool {
        switch step {
        case .closed, .opened: false
        case .treatment, .overflow, .maximumWait, .inactive: true
        }
    }
}
