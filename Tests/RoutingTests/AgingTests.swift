import ContactCenter
import Routing
import Testing

/// A queue that always has a little more to do than its agents can.
private struct BusyQueue {
    var router = Router()
    var chance: Chance
    var now = Instant(milliseconds: 1_000_000_000)
    private(set) var waiting: [ConversationID: WaitingInteraction] = [:]
    private var last: UInt64 = 0
    private let queue = QueueID(high: 2, low: 1)
    private let skill = SkillID(high: 7, low: 1)

    init(seed: UInt64, _ scoring: QueueRules.Scoring) {
        chance = Chance(seed: seed)
        var rules = QueueRules()
        rules.scoring = scoring
        router.sync(rules, of: queue)
        for number in 0..<4 {
            router.sync(
                Agent(
                    user: UserID(high: 3, low: UInt64(number)), isAvailable: true, idleSince: now, queues: [queue],
                    skills: [skill], capacity: 2))
        }
    }

    mutating func arrive() {
        last += 1
        let id = ConversationID(high: 1, low: last)
        // Most that comes is important, so that the rest would wait for ever behind it.
        let priority = chance.below(5) == 0 ? 0 : 1 + chance.below(10)
        let interaction = WaitingInteraction(
            conversation: id, leg: CommunicationID(high: 1, low: last),
            routing: RoutingRequest(queue: queue, skills: chance.below(2) == 0 ? [skill] : [], priority: priority),
            since: now, isOffered: false)
        waiting[id] = interaction
        router.sync(id, waiting: interaction, legs: [:])
    }

    /// What is given out now; each is over at once, and its agent free again.
    mutating func serve(_ agentsFree: Int) -> [Assignment] {
        let found = router.assignments(at: now)
        for assignment in found {
            let id = assignment.interaction.conversation
            waiting[id] = nil
            let leg = CommunicationID(high: 9, low: id.low)
            router.sync(id, waiting: nil, legs: [assignment.user: [Occupation(leg)]])
            busy.append(id)
        }
        for _ in 0..<min(agentsFree, busy.count) {
            router.sync(busy.removeFirst(), waiting: nil, legs: [UserID: Set<Occupation>]())
        }
        return found
    }

    private var busy: [ConversationID] = []
}

@Suite("Nobody waits for ever")
struct AgingTests {
    @Test("a point of priority is worth a minute of waiting and no more", arguments: 1...8)
    func agesOut(seed: UInt64) {
        var scene = BusyQueue(seed: seed, .timestampAndPriority)
        var longest: [Int: Int64] = [:]
        for _ in 0..<3_000 {
            scene.now = scene.now + Span(milliseconds: Int64(scene.chance.below(20_000)))
            scene.arrive()
            for assignment in scene.serve(scene.chance.below(20) == 0 ? 0 : 1) {
                let served = assignment.interaction
                let passed = scene.waiting.values.filter {
                    $0.since.milliseconds + Int64(served.priority - $0.priority) * 60_000 < served.since.milliseconds
                }
                #expect(passed.isEmpty, "\(served) went before \(passed)")
                let waited = (scene.now - served.since).milliseconds
                longest[served.priority] = max(longest[served.priority] ?? 0, waited)
            }
        }
        // Ten points are ten minutes: the least important waits so much longer than the most, and a little.
        #expect(longest[0] ?? 0 <= (longest[10] ?? 0) + 11 * 60_000)
    }

    @Test("a priority that beats every wait is served before all that has less", arguments: 1...4)
    func priorityOnly(seed: UInt64) {
        var scene = BusyQueue(seed: seed, .priorityOnly)
        for _ in 0..<1_000 {
            scene.now = scene.now + Span(milliseconds: Int64(scene.chance.below(20_000)))
            scene.arrive()
            for assignment in scene.serve(1) {
                let served = assignment.interaction
                #expect(scene.waiting.values.allSatisfy { $0.priority <= served.priority })
            }
        }
    }
}
