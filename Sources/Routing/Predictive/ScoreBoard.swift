import ContactCenter

/// The predictions of all queues, laid out by the slots of the pool: what an interaction makes of a thousand agents is
/// a few rows of numbers added up.
struct ScoreBoard: Sendable {
    private var rules: [QueueID: PredictiveRules] = [:]
    private var boards: [String: ModelBoard] = [:]
    /// Proficiencies by skill and slot; kept only while anything is predicted.
    private var levels: [SkillID: [Float]] = [:]
    private var skillsOfSlot: [[SkillID]] = []

    var isEmpty: Bool { rules.isEmpty }

    func rules(of queue: QueueID) -> PredictiveRules? { rules[queue] }

    /// Takes what is predicted for a queue; `everybody` are the agents in the order of their slots.
    mutating func sync(_ new: PredictiveRules?, of queue: QueueID, everybody: [Agent]) {
        guard rules[queue] != new else { return }
        let old = rules[queue]
        rules[queue] = new
        if let old, !rules.values.contains(where: { $0.key == old.key }) { boards[old.key] = nil }
        if isEmpty {
            levels = [:]
            skillsOfSlot = []
        }
        guard let new, boards[new.key] == nil else { return }
        boards[new.key] = ModelBoard(new.model)
        for (slot, agent) in everybody.enumerated() { sync(agent, in: slot) }
    }

    /// Takes an agent's skills.
    mutating func sync(_ agent: Agent, in slot: Int) {
        guard !isEmpty else { return }
        while skillsOfSlot.count <= slot { skillsOfSlot.append([]) }
        for skill in skillsOfSlot[slot] { levels[skill]?[slot] = 0 }
        skillsOfSlot[slot] = Array(agent.proficiencies.keys)
        for (skill, proficiency) in agent.proficiencies {
            while levels[skill, default: []].count <= slot { levels[skill, default: []].append(0) }
            levels[skill]?[slot] = Float(proficiency)
        }
        for key in boards.keys { boards[key]?.place(agent.user, in: slot) }
    }

    /// The scores of agents for an interaction; `nil` where nothing is predicted for its queue.
    func scores(for interaction: WaitingInteraction, skills: [SkillID], at now: Instant) -> DemandScores? {
        guard let rules = rules[interaction.queue], let board = boards[rules.key] else { return nil }
        var predicted = PredictedInteraction(interaction, at: now)
        predicted.skills = skills
        return board.scores(for: predicted, levels: skills.compactMap { levels[$0] })
    }
}

/// A model's rows of effects by slot instead of by the model's own order.
struct ModelBoard: Sendable {
    private let model: PredictiveModel
    private var rows: [Segment: [Float]]
    private(set) var known = AgentSet()
    private var slotCount = 0

    init(_ model: PredictiveModel) {
        self.model = model
        rows = model.rows.mapValues { _ in [] }
    }

    /// Puts an agent's effects into a slot.
    mutating func place(_ user: UserID, in slot: Int) {
        if slot >= slotCount {
            slotCount = slot + 1
            for segment in rows.keys {
                let missing = slotCount - (rows[segment]?.count ?? 0)
                rows[segment]?.append(contentsOf: repeatElement(0, count: missing))
            }
        }
        guard let index = model.index(of: user) else { return }
        known.insert(slot)
        for (segment, effects) in model.rows { rows[segment]?[slot] = effects[index] }
    }

    func scores(for interaction: PredictedInteraction, levels: [[Float]]) -> DemandScores {
        var sums = [Float](repeating: 0, count: slotCount)
        for segment in interaction.crossed { if let row = rows[segment] { Self.add(row, times: 1, to: &sums) } }
        let slope = (model.slopes[.proficiency] ?? 0) / Double(max(interaction.skills.count, 1))
        for level in levels { Self.add(level, times: Float(slope), to: &sums) }
        return DemandScores(
            sums: sums, known: known, loadSlope: Float(model.slopes[.load] ?? 0),
            sameAgent: interaction.lastAgent.map { ($0, Float(model.slopes[.sameAgent] ?? 0)) },
            sign: model.goal.isMinimised ? -1 : 1)
    }

    private static func add(_ row: [Float], times factor: Float, to sums: inout [Float]) {
        let count = min(row.count, sums.count)
        row.withUnsafeBufferPointer { row in
            sums.withUnsafeMutableBufferPointer { sums in
                for slot in 0..<count { sums[slot] += factor * row[slot] }
            }
        }
    }
}

/// Each agent's score for one interaction.
struct DemandScores: Sendable {
    fileprivate let sums: [Float]
    /// Of whom enough was seen.
    let known: AgentSet
    fileprivate let loadSlope: Float
    fileprivate let sameAgent: (user: UserID, effect: Float)?
    fileprivate let sign: Float

    /// By how much an agent is better than an average one, in the goal's unit.
    func merit(_ slot: Int, _ user: UserID, load: Int) -> Double {
        var value = loadSlope * Float(load)
        if slot < sums.count { value += sums[slot] }
        if let sameAgent, sameAgent.user == user { value += sameAgent.effect }
        return Double(sign * value)
    }
}
