import ContactCenter

/// What a span of traffic comes to, by the same arithmetic for the record and for what is gone through again.
public struct ReplayFigures: Sendable, Codable {
    /// The figures of one queue, or of all.
    public struct Line: Sendable, Codable {
        /// Interactions that came in.
        public var offered = 0
        public var answered = 0
        public var abandoned = 0
        /// Whom the queue's settings let go: it did not serve, or the longest wait was over.
        public var letGo = 0
        /// Those that wait still when the span ends.
        public var waiting = 0
        /// Those that waited while the queue did not serve.
        public var closed = Closed()
        /// How long those who were answered waited, in milliseconds: the mean, and by nearest rank.
        public var waitMeanMs: Double?
        public var waitP50Ms: Int64?
        public var waitP90Ms: Int64?
        public var waitP99Ms: Int64?
        /// Answered within the queue's target, as a part of those answered and abandoned.
        public var serviceLevel: Double?
        /// Abandoned, as a part of those answered and abandoned.
        public var abandonment: Double?
        /// Answers that ended in a transfer, as a part of all answers.
        public var transfers: Double?
        /// Alerts that were declined, and that nobody took.
        public var declined = 0
        public var timedOut = 0
        /// The mean time from the answer to the end of after-call work, of those that are over, in milliseconds.
        public var handlingMeanMs: Double?

        /// Nothing came.
        public init() {}
    }

    /// Those that waited while their queue did not serve, and what became of them.
    public struct Closed: Sendable, Codable {
        public var met = 0
        /// Answered when it served again.
        public var answered = 0
        public var abandoned = 0
        /// Passed on to another queue, or taken out.
        public var passedOn = 0
        public var letGo = 0
        /// Those that wait still when the span ends.
        public var waiting = 0

        /// Nobody.
        public init() {}
    }

    /// What one agent did.
    public struct AgentLine: Sendable, Codable {
        public var answers = 0
        /// Time on queue, and of it the time with anything in hand, in milliseconds.
        public var onQueueMs: Int64 = 0
        public var busyMs: Int64 = 0
        /// The part of the time on queue with anything in hand.
        public var occupancy: Double? { onQueueMs > 0 ? min(1, Double(busyMs) / Double(onQueueMs)) : nil }
    }

    public var all = Line()
    /// By queue.
    public var queues: [QueueID: Line] = [:]
    /// By agent, those who were on queue or answered.
    public var agents: [UserID: AgentLine] = [:]
    /// The part of all agents' time on queue with anything in hand.
    public var occupancy: Double?
    /// How unequally answers are spread, by each agent's answers for an hour on queue: Gini's coefficient, from 0 (all
    /// alike) towards 1 (one has all).
    public var answersGini: Double?
    /// The same of agents' occupancy.
    public var occupancyGini: Double?

    /// The platform's target for a message where a queue has none.
    static let targetDefault = Span.seconds(20)

    init(
        _ rounds: [RecordedInteraction], _ readiness: [RecordedReadiness], of traffic: RecordedTraffic,
        targets: [QueueID: Span]
    ) {
        let inSpan = rounds.filter { $0.queuedAt >= traffic.from && $0.queuedAt < traffic.to }
        let waiting = inSpan.filter { !$0.isPassed }
        all = Line(waiting, targets)
        for (queue, rounds) in Dictionary(grouping: waiting, by: \.routing.queue) {
            queues[queue] = Line(rounds, targets)
        }
        measureAgents(rounds, readiness, traffic.from, traffic.to)
    }

    private mutating func measureAgents(
        _ rounds: [RecordedInteraction], _ readiness: [RecordedReadiness], _ from: Instant, _ to: Instant
    ) {
        var busy: [UserID: [(Int64, Int64)]] = [:]
        for round in rounds {
            guard let answer = round.answer else { continue }
            if answer.at >= from, answer.at < to { agents[answer.user, default: AgentLine()].answers += 1 }
            busy[answer.user, default: []] += round.busyStretches(until: to)
        }
        var onQueue: [UserID: [(Int64, Int64)]] = [:]
        var since: [UserID: Int64] = [:]
        for change in readiness {
            guard case .onQueue(let isOnQueue) = change.change else { continue }
            if isOnQueue {
                if since[change.user] == nil { since[change.user] = change.at.milliseconds }
            } else if let began = since.removeValue(forKey: change.user) {
                onQueue[change.user, default: []].append((began, change.at.milliseconds))
            }
        }
        for (user, began) in since { onQueue[user, default: []].append((began, to.milliseconds)) }
        for (user, stretches) in onQueue {
            let shifts = stretches.clipped(from, to)
            agents[user, default: AgentLine()].onQueueMs = shifts.length
            agents[user, default: AgentLine()].busyMs =
                (busy[user] ?? []).clipped(from, to).union.common(with: shifts)
        }
        agents = agents.filter { $0.value.onQueueMs > 0 || $0.value.answers > 0 }
        let present = agents.values.filter { $0.onQueueMs >= Self.presentMsMin }
        let time = present.reduce(0) { $0 + $1.onQueueMs }
        if time > 0 { occupancy = Double(present.reduce(0) { $0 + $1.busyMs }) / Double(time) }
        answersGini = Self.gini(present.map { Double($0.answers) / Double($0.onQueueMs) })
        occupancyGini = Self.gini(present.compactMap(\.occupancy))
    }

    /// Who is on queue for less is not compared with others.
    private static let presentMsMin: Int64 = 60_000

    static func gini(_ values: [Double]) -> Double? {
        let sum = values.reduce(0, +)
        guard !values.isEmpty, sum > 0 else { return nil }
        let weighted = values.sorted().enumerated().reduce(0.0) { $0 + Double($1.offset + 1) * $1.element }
        let count = Double(values.count)
        return 2 * weighted / (count * sum) - (count + 1) / count
    }
}

extension ReplayFigures.Line {
    fileprivate init(_ rounds: [RecordedInteraction], _ targets: [QueueID: Span]) {
        offered = rounds.count
        abandoned = rounds.count { $0.outcome == .abandoned }
        letGo = rounds.count { $0.outcome == .letGo }
        waiting = rounds.count { $0.outcome == .open }
        closed = ReplayFigures.Closed(rounds.filter { $0.closure != nil })
        declined = rounds.reduce(0) { $0 + $1.offers.count { $0.outcome == .declined } }
        timedOut = rounds.reduce(0) { $0 + $1.offers.count { $0.outcome == .timedOut } }
        let answers = rounds.filter { $0.outcome == .answered }
        answered = answers.count
        let ended = answered + abandoned
        if ended > 0 {
            let good = answers.count {
                $0.wait(until: $0.queuedAt) <= targets[$0.routing.queue] ?? ReplayFigures.targetDefault
            }
            serviceLevel = Double(good) / Double(ended)
            abandonment = Double(abandoned) / Double(ended)
        }
        guard answered > 0 else { return }
        transfers = Double(answers.count { $0.answer?.end == .transfer }) / Double(answered)
        let waits = answers.map { $0.wait(until: $0.queuedAt).milliseconds }.sorted()
        waitMeanMs = Double(waits.reduce(0, +)) / Double(answered)
        func rank(_ part: Double) -> Int64 { waits[max(0, Int((part * Double(answered)).rounded(.up)) - 1)] }
        (waitP50Ms, waitP90Ms, waitP99Ms) = (rank(0.5), rank(0.9), rank(0.99))
        let handled = answers.compactMap { $0.handling?.milliseconds }
        if !handled.isEmpty { handlingMeanMs = Double(handled.reduce(0, +)) / Double(handled.count) }
    }
}

extension ReplayFigures.Closed {
    fileprivate init(_ rounds: [RecordedInteraction]) {
        met = rounds.count
        for round in rounds {
            switch round.outcome {
            case .answered: answered += 1
            case .abandoned: abandoned += 1
            case .removed: passedOn += 1
            case .letGo: letGo += 1
            case .open: waiting += 1
            }
        }
    }
}

extension RecordedInteraction {
    /// When it occupied its agent, in milliseconds since the epoch; parked it does not.
    fileprivate func busyStretches(until end: Instant) -> [(Int64, Int64)] {
        guard let answer else { return [] }
        var stretches: [(Int64, Int64)] = []
        var began: Int64? = answer.at.milliseconds
        for offset in answer.parkingMs {
            let at = answer.at.milliseconds + offset
            if let start = began {
                stretches.append((start, at))
                began = nil
            } else {
                began = at
            }
        }
        if let began { stretches.append((began, (answer.releasedAt ?? end).milliseconds)) }
        return stretches
    }
}

extension [(Int64, Int64)] {
    fileprivate func clipped(_ from: Instant, _ to: Instant) -> Self {
        map { (Swift.max($0.0, from.milliseconds), Swift.min($0.1, to.milliseconds)) }.filter { $0.0 < $0.1 }
    }

    fileprivate var length: Int64 { reduce(0) { $0 + $1.1 - $1.0 } }

    /// Without overlaps, in order.
    fileprivate var union: Self {
        var joined: Self = []
        for stretch in sorted(by: { $0.0 < $1.0 }) {
            if let last = joined.indices.last, joined[last].1 >= stretch.0 {
                joined[last].1 = Swift.max(joined[last].1, stretch.1)
            } else {
                joined.append(stretch)
            }
        }
        return joined
    }

    /// How long both last at once; neither has overlaps.
    fileprivate func common(with others: Self) -> Int64 {
        var total: Int64 = 0
        for other in others {
            for own in self where own.0 < other.1 && own.1 > other.0 {
                total += Swift.min(own.1, other.1) - Swift.max(own.0, other.0)
            }
        }
        return total
    }
}
