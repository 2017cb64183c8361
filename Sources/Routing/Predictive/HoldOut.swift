import ContactCenter

/// What predicting would have changed in the latest part of past cases, of which the model had seen nothing.
///
/// What would have come of another agent nobody knows. So each case is given the model's own guess of the difference,
/// and where the agent who took it is the one whom the model would have asked, what the guess missed is added, as often
/// as such a case stands for others (doubly robust: right when either the guesses or those shares are right). The share
/// comes from how often each agent who could have been asked was asked: the longest idle one of some agents is as good
/// as drawn, as far as the topic is concerned.
public struct HoldOut: Hashable, Sendable {
    /// Cases that were predicted.
    public var caseCount: Int
    /// The mean of what was, and of what would have been, in the goal's unit.
    public var baseValue: Double
    public var predictedValue: Double
    /// By how much predicting would have been better, in the goal's unit, more is better; with the limits between which
    /// it is in 95 of 100 such samples.
    public var uplift: Double
    public var upliftLow: Double
    public var upliftHigh: Double

    /// The share of cases, in the order of time, that is learnt from.
    static let learntShare = 0.7
    /// A case stands for at most so many others: a single one must not decide.
    private static let weightMax = 20.0
    /// Standard deviations of the mean on each side.
    private static let confidence = 1.96

    /// Learns from the first part, and looks at the rest. Cases that a prediction had ranked already are not looked at:
    /// they say nothing of the queue's own method. `nil` when there is nothing to look at.
    public init?(_ cases: [RoutedCase], learning: Learning) {
        let split = Int(Double(cases.count) * Self.learntShare)
        let model = learning.model(of: Array(cases[..<split]))
        let frequencies = Frequencies(cases[..<split])
        let (later, values) = learning.known(cases[split...].filter { $0.arm != .predictive })
        guard later.count > 1 else { return nil }
        var changes: [Double] = []
        for (entry, value) in zip(later, values) {
            changes.append(Self.change(entry, value, model, frequencies))
        }
        let count = Double(changes.count)
        uplift = changes.reduce(0, +) / count
        let mean = uplift
        let spread = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let margin = Self.confidence * (spread / count).squareRoot()
        upliftLow = uplift - margin
        upliftHigh = uplift + margin
        caseCount = later.count
        baseValue = values.reduce(0, +) / count
        predictedValue = baseValue + learning.goal.merit(uplift)
    }

    /// How much better a case would have gone.
    private static func change(
        _ entry: RoutedCase, _ value: Double, _ model: PredictiveModel, _ frequencies: Frequencies
    ) -> Double {
        guard model.serves(entry.interaction.queue), entry.candidates.count > 1,
            let best = model.best(of: entry.candidates, for: entry.interaction)
        else { return 0 }
        let taken = model.predict(entry.interaction, entry.taker).value
        let other = best.user == entry.agent ? taken : model.predict(entry.interaction, best).value
        let share = frequencies.share(of: entry.agent, among: entry.candidates)
        let weight = best.user == entry.agent ? min(1 / share, weightMax) - 1 : -1
        return model.goal.merit(other - taken + weight * (value - taken))
    }
}

/// How often agents were asked when they could have been.
private struct Frequencies {
    private var rates: [UserID: Double] = [:]

    init(_ cases: some Sequence<RoutedCase>) {
        var asked: [UserID: Double] = [:]
        var expected: [UserID: Double] = [:]
        for entry in cases where entry.arm != .predictive {
            asked[entry.agent, default: 0] += 1
            for candidate in entry.candidates {
                expected[candidate.user, default: 0] += 1 / Double(entry.candidates.count)
            }
        }
        for (user, count) in expected {
            // One asked and one expected more, so that nobody's rate is nothing.
            rates[user] = ((asked[user] ?? 0) + 1) / (count + 1)
        }
    }

    func share(of user: UserID, among candidates: [PredictedAgent]) -> Double {
        let total = candidates.reduce(0) { $0 + (rates[$1.user] ?? 1) }
        return total > 0 ? (rates[user] ?? 1) / total : 1
    }
}

/// Whether a model may rank, or why not.
public enum TrainingVerdict: Hashable, Sendable {
    case ranks
    /// Fewer cases than are needed; with the number that there is.
    case tooFewCases(Int)
    /// On the hold-out it would not have been better beyond doubt.
    case noUplift
}

/// Learns, looks at the hold-out, and says whether the result may rank.
public struct Training: Sendable {
    public var model: PredictiveModel
    /// Nothing where there are too few cases.
    public var holdOut: HoldOut?
    public var verdict: TrainingVerdict

    /// Fewer cases than this teach nothing that could be told from noise.
    public static let casesMin = 300

    /// Trains on cases in the order of their time.
    public init(_ cases: [RoutedCase], learning: Learning) {
        let known = learning.known(cases).0
        model = learning.model(of: known)
        guard known.count >= Self.casesMin, let result = HoldOut(known, learning: learning) else {
            verdict = .tooFewCases(known.count)
            return
        }
        holdOut = result
        verdict = result.upliftLow > 0 ? .ranks : .noUplift
    }
}
