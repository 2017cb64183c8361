/// How far replayed figures are from the recorded ones.
public struct ReplayDeviation: Sendable, Codable {
    /// Differences of waits, in milliseconds; replayed less recorded.
    public var waitMeanMs: Double?
    public var waitP50Ms: Double?
    public var waitP90Ms: Double?
    /// Differences of parts: 0.01 is one percentage point.
    public var serviceLevel: Double?
    public var abandonment: Double?
    public var occupancy: Double?
    /// The part of the answers that other agents gave: half the sum of the differences by agent.
    public var answersMoved: Double?

    /// The difference of two sets of figures.
    public init(of replayed: ReplayFigures, from recorded: ReplayFigures) {
        func difference(_ value: (ReplayFigures) -> Double?) -> Double? {
            guard let one = value(replayed), let other = value(recorded) else { return nil }
            return one - other
        }
        waitMeanMs = difference { $0.all.waitMeanMs }
        waitP50Ms = difference { $0.all.waitP50Ms.map(Double.init) }
        waitP90Ms = difference { $0.all.waitP90Ms.map(Double.init) }
        serviceLevel = difference { $0.all.serviceLevel }
        abandonment = difference { $0.all.abandonment }
        occupancy = difference { $0.occupancy }
        let users = Set(replayed.agents.keys).union(recorded.agents.keys)
        let moved = users.reduce(0) { sum, user in
            sum + abs((replayed.agents[user]?.answers ?? 0) - (recorded.agents[user]?.answers ?? 0))
        }
        let answers = max(replayed.all.answered, recorded.all.answered)
        if answers > 0 { answersMoved = Double(moved) / 2 / Double(answers) }
    }
}
