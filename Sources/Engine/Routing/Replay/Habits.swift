import ContactCenter

/// How agents and customers behave, as far as a span of recorded traffic shows it; what is drawn in a replay is drawn
/// from here, from a seed.
struct Habits: Sendable {
    /// What an agent did with an alert, and how long after it began.
    struct Reaction: Sendable {
        let outcome: RecordedInteraction.Offer.Outcome
        let delay: Span
    }

    /// Time with the customer, and after-call work.
    struct Handling: Sendable {
        var talk: Span
        var afterCallWork: Span
    }

    /// Fewer of one agent are too few to draw from: then all agents' are.
    static let ownMin = 5
    /// An agent's pace counts as if this many interactions at the usual pace came before.
    private static let paceWeight = 5.0

    private var reactions: [UserID: [Reaction]] = [:]
    private var everybodysReactions: [Reaction] = []
    private var recoveries: [UserID: [Instant]] = [:]
    private var recoveryTimes: [Span] = []
    private var handlings: [QueueID: [Handling]] = [:]
    private var everybodysHandlings: [Handling] = []
    private var paces: [UserID: Double] = [:]
    private var patience: [QueueID: Patience] = [:]
    private var everybodysPatience = Patience([])

    /// Learns from a span.
    init(_ traffic: RecordedTraffic) {
        var waits: [QueueID: [Patience.Wait]] = [:]
        for round in traffic.rounds {
            learnReactions(round)
            if let handling = round.recordedHandling {
                handlings[round.routing.queue, default: []].append(handling)
                everybodysHandlings.append(handling)
            }
            if case .passed = round.cause { continue }
            waits[round.routing.queue, default: []].append(
                Patience.Wait(length: round.wait(until: traffic.to), isOver: round.outcome == .abandoned))
        }
        learnPaces(traffic)
        learnRecoveries(traffic)
        everybodysPatience = Patience(waits.values.flatMap(\.self))
        for (queue, waits) in waits where waits.count(where: \.isOver) >= Patience.ownMin {
            patience[queue] = Patience(waits)
        }
    }

    private mutating func learnReactions(_ round: RecordedInteraction) {
        for offer in round.offers {
            guard let end = offer.endedAt, offer.outcome != .withdrawn else { continue }
            let reaction = Reaction(outcome: offer.outcome, delay: end - offer.at)
            reactions[offer.user, default: []].append(reaction)
            everybodysReactions.append(reaction)
        }
    }

    /// How long an agent takes in proportion to what the same queues' interactions take on average.
    private mutating func learnPaces(_ traffic: RecordedTraffic) {
        let means = handlings.mapValues { samples in
            Double(samples.reduce(0) { $0 + $1.total }) / Double(samples.count)
        }
        var sums: [UserID: (taken: Double, usual: Double, count: Double)] = [:]
        for round in traffic.rounds {
            guard let handling = round.recordedHandling, let user = round.answer?.user,
                let mean = means[round.routing.queue]
            else { continue }
            let sum = sums[user] ?? (0, 0, 0)
            sums[user] = (sum.taken + Double(handling.total), sum.usual + mean, sum.count + 1)
        }
        for (user, sum) in sums where sum.usual > 0 {
            let prior = Self.paceWeight * sum.usual / sum.count
            paces[user] = (sum.taken + prior) / (sum.usual + prior)
        }
    }

    private mutating func learnRecoveries(_ traffic: RecordedTraffic) {
        var since: [UserID: Instant] = [:]
        for change in traffic.readiness {
            switch change.change {
            case .notResponding(true): since[change.user] = change.at
            case .notResponding(false):
                recoveries[change.user, default: []].append(change.at)
                if let began = since.removeValue(forKey: change.user) { recoveryTimes.append(change.at - began) }
            case .onQueue: break
            }
        }
    }

    // MARK: Drawing

    /// How an agent reacts to an alert: one of the agent's recorded reactions.
    func reaction(of user: UserID, at unit: Double) -> Reaction {
        let own = reactions[user] ?? []
        let samples = own.count >= Self.ownMin ? own : everybodysReactions
        return samples.pick(unit) ?? Reaction(outcome: .answered, delay: .seconds(0))
    }

    /// How long an interaction of a queue takes an agent.
    func handling(in queue: QueueID, by user: UserID, at unit: Double) -> Handling {
        let own = handlings[queue] ?? []
        let sample = (own.count >= Self.ownMin ? own : everybodysHandlings).pick(unit)
        return (sample ?? Handling(talk: .minutes(5), afterCallWork: .seconds(0))).scaled(by: pace(of: user))
    }

    /// An agent's pace: 1 takes as long as the queues' interactions usually take, 2 twice as long.
    func pace(of user: UserID) -> Double { paces[user] ?? 1 }

    /// When an agent who is not responding since an instant of the record answers again, if the record shows it.
    func recordedRecovery(of user: UserID, after at: Instant) -> Instant? {
        recoveries[user]?.first { $0 >= at }
    }

    /// How long an agent stays not responding; nothing: until the presence is changed.
    func recovery(at unit: Double) -> Span? { recoveryTimes.pick(unit) }

    /// How long a customer waits who is known to have waited for so long; nothing: for ever.
    func patience(in queue: QueueID, beyond known: Span, at unit: Double) -> Span? {
        (patience[queue] ?? everybodysPatience).draw(beyond: known, at: unit)
    }
}

extension Habits.Handling {
    var total: Int64 { talk.milliseconds + afterCallWork.milliseconds }

    func scaled(by factor: Double) -> Self {
        func scale(_ span: Span) -> Span { Span(milliseconds: Int64((Double(span.milliseconds) * factor).rounded())) }
        return Self(talk: scale(talk), afterCallWork: scale(afterCallWork))
    }
}

extension RecordedInteraction {
    /// How long the round took its agent, if it was answered and is over.
    var recordedHandling: Habits.Handling? {
        guard let answer, let ended = answer.endedAt, let released = answer.releasedAt else { return nil }
        return Habits.Handling(talk: ended - answer.at, afterCallWork: released - ended)
    }
}

extension Array {
    /// The element at a part of the whole between 0 and 1.
    fileprivate func pick(_ unit: Double) -> Element? {
        isEmpty ? nil : self[Swift.min(Int(unit * Double(count)), count - 1)]
    }
}

/// How long customers wait before they give up: Kaplan and Meier's estimate, in which who was answered is known to
/// have been willing to wait at least that long.
struct Patience: Sendable {
    struct Wait: Sendable {
        let length: Span
        /// The customer gave up; else somebody answered, or the record ends.
        let isOver: Bool
    }

    /// Where the part of those who still wait falls, and to what.
    private var steps: [(at: Span, survival: Double)] = []

    /// Fewer customers of one queue who gave up are too few: then all queues' count.
    static let ownMin = 20

    init(_ waits: [Wait]) {
        let sorted = waits.sorted { ($0.length, $0.isOver ? 0 : 1) < ($1.length, $1.isOver ? 0 : 1) }
        var survival = 1.0
        for (index, wait) in sorted.enumerated() where wait.isOver {
            survival *= 1 - 1 / Double(sorted.count - index)
            steps.append((wait.length, survival))
        }
    }

    /// The patience of a customer who waited for so long already; nothing when it lies beyond what was ever seen.
    func draw(beyond known: Span, at unit: Double) -> Span? {
        let now = steps.last { $0.at <= known }?.survival ?? 1
        let target = now * unit
        return steps.first { $0.at > known && $0.survival <= target }?.at
    }
}

/// Chance that does not depend on what was drawn before: the same question gets the same answer in each variant, so
/// that variants differ by what they do and not by luck.
struct Draws: Sendable {
    enum Question: UInt64 { case reaction = 1, handling, recovery, patience }

    let seed: UInt64

    /// A number from 0 up to 1.
    func unit(_ question: Question, _ leg: CommunicationID, _ user: UserID? = nil, number: Int = 0) -> Double {
        var state = seed
        for part in [question.rawValue, leg.high, leg.low, user?.high ?? 0, user?.low ?? 0, UInt64(number)] {
            state = Self.mix(state &+ part &* 0x9E37_79B9_7F4A_7C15)
        }
        return Double(state >> 11) * 0x1p-53
    }

    /// SplitMix64's finaliser.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
