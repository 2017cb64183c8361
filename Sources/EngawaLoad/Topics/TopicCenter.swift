import ContactCenter
import Foundation
import Routing

/// A made-up contact centre whose truth is known to nobody but itself: agents differ by topic. It serves a stream of
/// conversations with whom a policy chooses among those who are free, and keeps what a journal would keep.
///
/// The past is confounded as real ones are: agents work in shifts and topics come at hours, so that some agents mostly
/// get what is hard; and who is quick is asked more often by longest idle.
struct TopicCenter {
    struct Settings {
        var goal = Goal.handleTime
        var agents = 15
        var topics = 5
        /// How much agents differ by topic, as a share of the usual value.
        var signal = 0.3
        /// How much outcomes scatter, as a share of the usual value.
        var noise = 0.5
        /// The share of the time for which agents are busy.
        var occupancy = 0.55
    }

    /// A choice among agents who are free, the longest idle first.
    typealias Policy = (_ interaction: PredictedInteraction, _ free: [PredictedAgent], _ truth: [UserID: Double]) ->
        UserID

    let settings: Settings
    private var chance: Draws
    /// What is to be expected of each agent with each topic.
    private(set) var truth: [[Double]] = []
    private let users: [UserID]
    private var freeAt: [Int64]
    private var now: Int64 = 1_700_000_000_000

    static let queue = QueueID(high: 1, low: 1)
    private static let usualSeconds = 300.0

    init(_ settings: Settings, seed: UInt64) {
        self.settings = settings
        chance = Draws(seed: seed)
        users = (0..<settings.agents).map { UserID(high: 3, low: UInt64($0 + 1)) }
        freeAt = [Int64](repeating: now, count: settings.agents)
        drawTruth()
    }

    /// Agents change what they are good at.
    mutating func drawTruth() {
        truth = users.map { _ in
            let own = settings.signal * 0.5 * chance.normal()
            return (0..<settings.topics).map { topic in
                expected(own + settings.signal * chance.normal(), hardness: Double(topic) / Double(settings.topics))
            }
        }
    }

    private func expected(_ difference: Double, hardness: Double) -> Double {
        switch settings.goal {
        case .handleTime: Self.usualSeconds * (1 + hardness) * exp(difference)
        case .transfer: 1 / (1 + exp(1.6 - hardness - 3 * difference))
        case .firstContact: 1 / (1 + exp(-1 + hardness - 3 * difference))
        case .survey: min(max(3.6 - hardness + 2 * difference, 1), 5)
        }
    }

    /// Serves a number of conversations.
    mutating func serve(_ count: Int, by policy: Policy) -> [RoutedCase] {
        let gap = Self.usualSeconds * 1.5 / (settings.occupancy * Double(settings.agents) * 2 / 3)
        return (0..<count).map { _ in
            now += Int64(1_000 * gap * -log(1 - chance.share()))
            return serveOne(by: policy)
        }
    }

    private mutating func serveOne(by policy: Policy) -> RoutedCase {
        let hour = Int(now / 3_600_000 % 24)
        let topic = drawTopic(at: hour)
        let onShift = users.indices.filter { Self.works($0, at: hour) }
        var free = onShift.filter { freeAt[$0] <= now }
        let since = now
        if free.isEmpty, let first = onShift.min(by: { freeAt[$0] < freeAt[$1] }) {
            now = freeAt[first]
            free = [first]
        }
        free.sort { freeAt[$0] < freeAt[$1] }
        let interaction = interaction(topic, since: since)
        let candidates = free.map { PredictedAgent(users[$0]) }
        let values = Dictionary(uniqueKeysWithValues: free.map { (users[$0], truth[$0][topic]) })
        let user = policy(interaction, candidates, values)
        let index = Int(user.low) - 1
        let outcome = drawOutcome(truth[index][topic])
        freeAt[index] = now + Int64(1_000 * (outcome.handleSeconds ?? 0))
        return RoutedCase(interaction, agent: user, candidates: candidates, outcome: outcome)
    }

    /// Three shifts, of which two are there at any time.
    private static func works(_ agent: Int, at hour: Int) -> Bool { (hour / 8 + agent) % 3 != 0 }

    /// At night what comes is harder.
    private mutating func drawTopic(at hour: Int) -> Int {
        let first = chance.below(settings.topics)
        return hour < 8 ? max(first, chance.below(settings.topics)) : min(first, chance.below(settings.topics))
    }

    /// Half of the topics are told by a skill that all agents have, half by an attribute.
    private func interaction(_ topic: Int, since: Int64) -> PredictedInteraction {
        let isSkill = topic % 2 == 0
        return PredictedInteraction(
            queue: Self.queue, skills: isSkill ? [SkillID(high: 7, low: UInt64(topic))] : [],
            traits: InteractionTraits(channel: "webmessaging", attributes: isSkill ? [:] : ["topic": "t\(topic)"]),
            since: Instant(milliseconds: since), at: Instant(milliseconds: now))
    }

    private mutating func drawOutcome(_ expected: Double) -> RoutedCase.Outcome {
        var outcome = RoutedCase.Outcome()
        let noise = settings.noise
        let stretch = exp(noise * chance.normal() - noise * noise / 2)
        outcome.handleSeconds = (settings.goal == .handleTime ? expected : Self.usualSeconds) * stretch
        outcome.isTransferred = settings.goal == .transfer ? chance.share() < expected : nil
        outcome.isResolved = settings.goal == .firstContact ? chance.share() < expected : nil
        if settings.goal == .survey {
            outcome.surveyScore = Int(min(max((expected + 2 * noise * chance.normal()).rounded(), 1), 5))
        }
        return outcome
    }

    /// The expected value of what was chosen, as a mean: what the policy is worth without the scatter of outcomes.
    func worth(of cases: [RoutedCase]) -> Double {
        let values = cases.map { entry in
            truth[Int(entry.agent.low) - 1][Self.topic(of: entry.interaction)]
        }
        return values.reduce(0, +) / Double(max(values.count, 1))
    }

    private static func topic(of interaction: PredictedInteraction) -> Int {
        if let skill = interaction.skills.first { return Int(skill.low) }
        return interaction.traits.categories.first.flatMap { Int($0.dropFirst("topic=t".count)) } ?? 0
    }
}

/// Draws from a seed.
struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }

    /// Normal around nothing, with a deviation of 1 (Box and Muller).
    mutating func normal() -> Double {
        (-2 * log(1 - share())).squareRoot() * cos(2 * .pi * share())
    }
}
