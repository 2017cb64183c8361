import ContactCenter

/// Learns a model from past cases.
public struct Learning: Sendable {
    public var goal: Goal
    /// After this time a case counts half: what agents can changes.
    public var halfLife = Span.hours(24 * 60)

    /// A value of a category that fewer cases have is left out: rare words tell little, and might tell who wrote them.
    static let categoryCasesMin = 20
    /// Handle times above this share of all are cut to it: a leg that was forgotten overnight says nothing.
    private static let longestShare = 0.99

    /// Learning for a goal.
    public init(_ goal: Goal) { self.goal = goal }

    /// The model of some cases in the order of their time; cases that say nothing of the goal are left out.
    public func model(of cases: [RoutedCase]) -> PredictiveModel {
        let (cases, values) = known(cases)
        let crew = crew(of: cases)
        var model = PredictiveModel(
            goal: goal, trainedAt: cases.last?.interaction.at ?? Instant(milliseconds: 0), caseCount: cases.count,
            agents: crew.map(\.user), agentCases: crew.map(\.cases))
        for entry in cases { model.queueCases[entry.interaction.queue, default: 0] += 1 }
        var design = Design(cases, agents: model.agents)
        design.fit.fit(values, weights: weights(cases))
        design.take(into: &model, caseCount: cases.count)
        return model
    }

    /// The cases that say something of the goal, with their values.
    func known(_ cases: [RoutedCase]) -> ([RoutedCase], [Double]) {
        var kept: [RoutedCase] = []
        var values: [Double] = []
        for entry in cases {
            guard let value = goal.value(of: entry.outcome) else { continue }
            kept.append(entry)
            values.append(value)
        }
        guard goal == .handleTime, !values.isEmpty else { return (kept, values) }
        let longest = values.sorted()[Int(Double(values.count - 1) * Self.longestShare)]
        return (kept, values.map { min($0, longest) })
    }

    private func weights(_ cases: [RoutedCase]) -> [Double] {
        let end = cases.last?.interaction.at ?? Instant(milliseconds: 0)
        return cases.map { entry in
            let age = Double(max((end - entry.interaction.at).milliseconds, 0))
            return Self.half(age / Double(max(halfLife.milliseconds, 1)))
        }
    }

    /// One half, as often as said; by parts, since the floor has no library of functions.
    private static func half(_ times: Double) -> Double {
        guard times < 60 else { return 0 }
        let whole = Int(times)
        let rest = (times - Double(whole)) * 0.693_147_180_559_945_3
        // The series of e to the power of -rest; rest is below 0.7, so the error is below 1e-9.
        var (sum, term) = (1.0, 1.0)
        for step in 1...10 {
            term *= -rest / Double(step)
            sum += term
        }
        return sum / Double(1 << whole)
    }

    /// The agents that the model keeps: those with most cases.
    private func crew(of cases: [RoutedCase]) -> [(user: UserID, cases: Int)] {
        var counts: [UserID: Int] = [:]
        for entry in cases { counts[entry.agent, default: 0] += 1 }
        return counts.map { ($0.key, $0.value) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            .prefix(PredictiveModel.agentsMax).map { (user: $0.0, cases: $0.1) }
    }
}

/// Cases as columns of effects.
private struct Design {
    /// A crossed effect: of an agent, for a value.
    private struct Cross: Hashable {
        let segment: Segment
        let agent: Int
    }

    var fit: EffectsFit
    private var commons: [Segment: Int] = [:]
    private var crosses: [Cross: Int] = [:]
    private var numbers: [Factor: Int] = [:]
    /// The groups of effects, of which each has one width: by factor, alone and then with agents, from what most cases
    /// have in common to what few have.
    private static let factors: [Factor] = [
        .agent, .queue, .channel, .returning, .skill, .category, .hourOfWeek, .priority, .waited, .proficiency, .load,
        .sameAgent,
    ]
    private static func common(_ factor: Factor) -> Int { factors.firstIndex(of: factor) ?? 0 }
    private static func crossed(_ factor: Factor) -> Int { factors.count + common(factor) }

    init(_ cases: [RoutedCase], agents: [UserID]) {
        fit = EffectsFit(groupCount: Self.factors.count * 2)
        let indexes = Dictionary(agents.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let rare = Self.rareCategories(cases)
        for (index, entry) in cases.enumerated() {
            for segment in entry.interaction.common where !rare.contains(segment) {
                fit.count(effect(of: segment), in: index, 1)
            }
            if let agent = indexes[entry.agent] {
                for segment in entry.interaction.crossed where !rare.contains(segment) {
                    fit.count(effect(of: Cross(segment: segment, agent: agent)), in: index, 1)
                }
            }
            for (factor, amount) in PredictiveModel.amounts(entry.interaction, entry.taker) where amount != 0 {
                fit.count(effect(of: factor), in: index, amount)
            }
        }
    }

    private static func rareCategories(_ cases: [RoutedCase]) -> Set<Segment> {
        var counts: [Segment: Int] = [:]
        for entry in cases {
            for category in entry.interaction.traits.categories {
                counts[Segment(.category, category), default: 0] += 1
            }
        }
        return Set(counts.filter { $0.value < Learning.categoryCasesMin }.keys)
    }

    private mutating func effect(of segment: Segment) -> Int {
        if let known = commons[segment] { return known }
        let new = fit.addEffect(group: Self.common(segment.factor))
        commons[segment] = new
        return new
    }

    private mutating func effect(of cross: Cross) -> Int {
        if let known = crosses[cross] { return known }
        let new = fit.addEffect(group: Self.crossed(cross.segment.factor))
        crosses[cross] = new
        return new
    }

    private mutating func effect(of factor: Factor) -> Int {
        if let known = numbers[factor] { return known }
        let new = fit.addEffect(group: Self.common(factor))
        numbers[factor] = new
        return new
    }

    func take(into model: inout PredictiveModel, caseCount: Int) {
        model.mean = fit.mean
        model.noise = fit.noise
        for (segment, number) in commons { model.common[segment] = fit.effect(number) }
        for (factor, number) in numbers { model.slopes[factor] = fit.effect(number) }
        takeRows(into: &model)
        takeImportance(into: &model, caseCount)
    }

    /// Rows are kept by how much they say: the sum of what their effects are.
    private func takeRows(into model: inout PredictiveModel) {
        var rows: [Segment: [Float]] = [:]
        for (cross, number) in crosses {
            rows[cross.segment, default: [Float](repeating: 0, count: model.agents.count)][cross.agent] =
                Float(fit.effect(number))
        }
        let size = max(model.agents.count, 1)
        let most = min(PredictiveModel.rowsMax, max(PredictiveModel.effectsMax / size, 1))
        guard rows.count > most else { return model.rows = rows }
        let ranked = rows.map { (segment: $0.key, weight: $0.value.reduce(0) { $0 + abs($1) }) }
            .sorted { ($1.weight, $0.segment.name) < ($0.weight, $1.segment.name) }
        for (segment, _) in ranked.prefix(most) { model.rows[segment] = rows[segment] }
    }

    private func takeImportance(into model: inout PredictiveModel, _ caseCount: Int) {
        var shares: [(Factor, Double)] = []
        for factor in Self.factors {
            let sums = [Self.common(factor), Self.crossed(factor)].map { fit.sums(ofGroup: $0, caseCount: caseCount) }
            shares.append((factor, sums.reduce(0) { $0 + Self.variance($1) }))
        }
        let total = shares.reduce(0) { $0 + $1.1 }
        guard total > 0 else { return }
        for (factor, share) in shares where share > 0 { model.importance[factor] = share / total }
    }

    private static func variance(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}
