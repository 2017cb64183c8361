import Collections
import ContactCenter
import Foundation
import Routing

/// How far estimated waits are from true ones: one queue with the real router and the real counters, random arrivals,
/// handling and patience from a seed. Each customer is told an estimate on arrival; who is answered waited so long.
///
/// Beside it stand two estimates that others show: how long the last answered customer waited, and the mean of the last
/// twenty.
public struct WaitTrial {
    /// How busy the queue is.
    public struct Load: Sendable {
        public var name: String
        /// Work that arrives, as a share of what all agents together can do.
        public var share: Double
        /// How long customers wait until they leave, in the mean; nothing keeps them for ever.
        public var patience: Span?
        /// How much the arrivals swing around their mean, from 0 to 1, in four hours.
        public var swing: Double

        /// A load.
        public init(_ name: String, share: Double, patience: Span? = nil, swing: Double = 0) {
            self.name = name
            self.share = share
            self.patience = patience
            self.swing = swing
        }

        /// From quiet to more than can be done.
        public static let all = [
            Load("quiet", share: 0.7), Load("busy", share: 0.9), Load("full", share: 0.97),
            Load("impatient", share: 0.97, patience: .minutes(10)),
            Load("overloaded", share: 1.2, patience: .minutes(10)),
            Load("swinging", share: 0.9, patience: .minutes(20), swing: 0.5),
        ]
    }

    /// What came out: times in seconds.
    public struct Report: Sendable {
        public var load: String
        /// Customers who were answered.
        public var answeredCount = 0
        public var leftCount = 0
        /// Of those, customers whom the estimate told more than the answer itself.
        public var waitedCount = 0
        public var meanWait = 0.0
        /// Mean of the absolute differences of estimate and wait, and mean of the differences.
        public var error = 0.0
        public var bias = 0.0
        /// The same of the estimates of others.
        public var lastError = 0.0
        public var meanError = 0.0
    }

    /// Agents, and interactions of each at once.
    static let agentsCount = 8
    static let capacity = 3
    static let handleSeconds = 420.0
    static let answerSeconds = 4.0
    /// Customers who come before any is measured.
    static let warmUpCount = 300

    private enum Happening {
        case arrives
        case answers(UInt64)
        case ends(UInt64)
        case leaves(UInt64)
    }

    private struct Event: Comparable {
        let at: Int64
        let number: UInt64
        let what: Happening

        static func < (left: Self, right: Self) -> Bool { (left.at, left.number) < (right.at, right.number) }
        static func == (left: Self, right: Self) -> Bool { left.number == right.number }
    }

    private struct Customer {
        let arrivedAt: Int64
        let estimate: Double?
        let last: Double
        let mean: Double
    }

    private struct Numbers: IdentifierSource {
        private var last: UInt64 = 0

        mutating func next<Entity>(_: Entity.Type) -> Identifier<Entity> {
            last += 1
            return Identifier(high: 9, low: last)
        }
    }

    private let load: Load
    private var chance: Chance
    private var now: Int64 = 1_700_000_000_000
    private var events = Heap<Event>()
    private var numbers: UInt64 = 0
    private var router = Router()
    private var ledger = QueueLedger()
    private var ids = Numbers()
    private var customers: [UInt64: Customer] = [:]
    private var conversations: [UInt64: Conversation] = [:]
    private var recent: [Double] = []
    private var samples: [(wait: Double, estimate: Double, last: Double, mean: Double)] = []
    private var report: Report

    private static let queue = QueueID(high: 2, low: 1)
    private static let medium = QueueMedium(queue, .message)

    /// Runs a load until so many customers have come.
    public static func run(_ load: Load, seed: UInt64, customersCount: Int) -> Report {
        var trial = WaitTrial(load, seed: seed)
        return trial.run(customersCount)
    }

    private init(_ load: Load, seed: UInt64) {
        self.load = load
        chance = Chance(seed: seed)
        report = Report(load: load.name)
        router.sync(Queue(id: Self.queue, name: "Support"))
        for number in 1...UInt64(Self.agentsCount) {
            let user = UserID(high: 3, low: number)
            let utilization = Utilization([.message: .init(Self.capacity)])
            router.sync(
                Agent(
                    user: user, isAvailable: true, idleSince: instant, queues: [Self.queue], skills: [],
                    capacity: Self.capacity))
            ledger.sync(
                ObservedPerson(
                    user: user, presence: nil, status: .idle, memberships: [Self.queue: true],
                    utilization: utilization))
        }
    }

    private var instant: Instant { Instant(milliseconds: now) }

    private mutating func run(_ customersCount: Int) -> Report {
        schedule(.arrives, after: 0)
        var arrived = 0
        while let event = events.popMin() {
            now = max(now, event.at)
            switch event.what {
            case .arrives:
                guard arrived < customersCount else { break }
                arrived += 1
                arrive(event.number, isMeasured: arrived > Self.warmUpCount)
                schedule(.arrives, after: exponential(1 / arrivalsPerSecond))
            case .answers(let customer): answer(customer)
            case .ends(let customer): end(customer)
            case .leaves(let customer): leave(customer)
            }
        }
        return summed
    }

    // MARK: What happens

    private mutating func arrive(_ number: UInt64, isMeasured: Bool) {
        let estimate = ledger.estimate(in: Self.medium, at: instant)
        customers[number] = Customer(
            arrivedAt: now, estimate: isMeasured ? estimate.map { Double($0.span.milliseconds) / 1_000 } : nil,
            last: recent.last ?? 0, mean: recent.reduce(0, +) / Double(max(recent.count, 1)))
        let origin = Origin(
            platform: .open, integration: id(4, 1), identity: id(5, number), contact: id(6, number),
            address: "customer", name: nil)
        conversations[number] = Conversation(id: id(1, number))
        perform(.join(.init(origin: origin, entry: RoutingRequest(queue: Self.queue))), number)
        if let patience = load.patience {
            schedule(.leaves(number), after: exponential(Double(patience.milliseconds) / 1_000))
        }
        offer()
    }

    private mutating func offer() {
        while true {
            let found = router.assignments(at: instant)
            guard !found.isEmpty else { return }
            for assignment in found {
                let number = assignment.interaction.conversation.low
                perform(
                    .offer(
                        .init(
                            waiting: assignment.interaction.leg, user: assignment.user, name: nil,
                            alertingTimeout: .seconds(30), wrapupPolicy: WrapupPolicy(prompt: .optional))), number)
                schedule(.answers(number), after: exponential(Self.answerSeconds))
            }
        }
    }

    private mutating func answer(_ number: UInt64) {
        guard let customer = customers.removeValue(forKey: number),
            let agent = conversations[number]?.agents.first
        else { return }
        perform(.answer(agent.id), number)
        let wait = Double(now - customer.arrivedAt) / 1_000
        recent.append(wait)
        if recent.count > 20 { recent.removeFirst() }
        if let estimate = customer.estimate { samples.append((wait, estimate, customer.last, customer.mean)) }
        schedule(.ends(number), after: lognormal(mean: Self.handleSeconds))
    }

    private mutating func end(_ number: UInt64) {
        guard let agent = conversations[number]?.agents.first else { return }
        perform(.disconnect(agent.id, .client), number)
        conversations[number] = nil
        offer()
    }

    /// Who is being offered at that moment stays for the answer.
    private mutating func leave(_ number: UInt64) {
        guard customers[number] != nil, conversations[number]?.agents.isEmpty == true else { return }
        perform(.customerLeave(.peer), number)
        customers[number] = nil
        conversations[number] = nil
        report.leftCount += 1
    }

    /// Has a conversation do something, and tells the router and the counters as the engine does.
    private mutating func perform(_ command: ConversationCommand, _ number: UInt64) {
        guard var conversation = conversations[number],
            let events = try? conversation.handle(command, at: instant, ids: &ids)
        else { return }
        conversations[number] = conversation
        for event in events { ledger.apply(event, of: conversation.id, at: instant) }
        let isOffered = conversation.agents.contains { $0.communication.state == .alerting }
        let interaction = conversation.waiting.map {
            WaitingInteraction(
                conversation: conversation.id, leg: $0.communication.id, routing: RoutingRequest(queue: Self.queue),
                since: $0.startedAt, isOffered: isOffered)
        }
        var legs: [UserID: Set<Occupation>] = [:]
        for agent in conversation.agents {
            if let user = agent.user { legs[user] = [Occupation(agent.communication.id)] }
        }
        router.sync(conversation.id, waiting: interaction, legs: legs)
    }

    // MARK: Parts

    private func id<Entity>(_ high: UInt64, _ number: UInt64) -> Identifier<Entity> {
        Identifier(high: high, low: number)
    }

    private mutating func schedule(_ what: Happening, after seconds: Double) {
        numbers += 1
        events.insert(Event(at: now + Int64(seconds * 1_000), number: numbers, what: what))
    }

    private var arrivalsPerSecond: Double {
        let most = Double(Self.agentsCount * Self.capacity) / (Self.handleSeconds + Self.answerSeconds)
        let phase = Double(now % 14_400_000) / 14_400_000 * 2 * Double.pi
        return most * load.share * (1 + load.swing * sin(phase))
    }

    private mutating func share() -> Double { (Double(chance.next() >> 11) + 0.5) / Double(1 << 53) }

    private mutating func exponential(_ mean: Double) -> Double { -log(share()) * mean }

    /// As handling times are: many short ones, few very long ones; the deviation is as large as the mean.
    private mutating func lognormal(mean: Double) -> Double {
        let deviation = sqrt(log(2.0))
        let normal = sqrt(-2 * log(share())) * cos(2 * Double.pi * share())
        return mean * exp(deviation * normal - deviation * deviation / 2)
    }

    private var summed: Report {
        var report = report
        let count = Double(max(samples.count, 1))
        report.answeredCount = samples.count
        report.waitedCount = samples.count { $0.estimate > 2 * Self.answerSeconds }
        for sample in samples {
            report.meanWait += sample.wait / count
            report.error += abs(sample.estimate - sample.wait) / count
            report.bias += (sample.estimate - sample.wait) / count
            report.lastError += abs(sample.last - sample.wait) / count
            report.meanError += abs(sample.mean - sample.wait) / count
        }
        return report
    }
}
