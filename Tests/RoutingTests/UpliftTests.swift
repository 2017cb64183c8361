import ContactCenter
import Routing
import Testing

@testable import EngawaLoad

/// On a truth that only the made-up contact centre knows. `EngawaLoad predictions` prints the same for more seeds.
@Suite("Predictive routing: what it gains on a hidden truth")
struct UpliftTests {
    @Test("reaches four fifths of what an oracle would gain over longest idle", arguments: 1...3)
    func handleTime(seed: UInt64) {
        let trial = UpliftTrial(.init(), seed: seed, learnt: 3_000, served: 1_200)
        #expect(trial.training.verdict == .ranks)
        #expect(trial.oracle < trial.base * 0.85, "there must be something to gain")
        #expect(trial.shareOfOracle >= 0.8)
    }

    @Test(
        "reaches it for each goal, from yes and no or points as well",
        arguments: [Goal.transfer, .firstContact, .survey])
    func goals(goal: Goal) {
        let trial = UpliftTrial(.init(goal: goal), seed: 5, learnt: 4_000, served: 1_200)
        #expect(trial.training.verdict == .ranks)
        #expect(trial.shareOfOracle >= 0.8)
    }

    @Test("reaches it through much noise when it has seen more")
    func noise() {
        let trial = UpliftTrial(.init(noise: 1), seed: 2, learnt: 6_000, served: 1_200)
        #expect(trial.training.verdict == .ranks)
        #expect(trial.shareOfOracle >= 0.8)
    }

    @Test("where agents do not differ it does not rank", arguments: 1...3)
    func noSignal(seed: UInt64) throws {
        let trial = UpliftTrial(.init(signal: 0), seed: seed, learnt: 2_000, served: 1)
        #expect(trial.training.verdict == .noUplift)
        let holdOut = try #require(trial.training.holdOut)
        #expect(holdOut.upliftLow < 0 && holdOut.upliftHigh > 0)
    }

    @Test("where agents do not differ it would lose no more than noise if it ranked all the same")
    func noLoss() {
        var center = TopicCenter(.init(signal: 0), seed: 4)
        let model = Learning(.handleTime).model(of: center.serve(2_000, by: UpliftTrial.longestIdle))
        func seconds(_ policy: TopicCenter.Policy) -> [Double] {
            var future = center
            return future.serve(2_000, by: policy).compactMap(\.outcome.handleSeconds)
        }
        let base = seconds(UpliftTrial.longestIdle)
        let predicted = seconds { interaction, free, _ in (model.best(of: free, for: interaction) ?? free[0]).user }
        let (left, right) = (Sample(base), Sample(predicted))
        #expect(right.mean - left.mean < 2 * (left.errorSquare + right.errorSquare).squareRoot())
    }

    @Test("says how much it would gain: the truth is inside the limits that the hold-out gives, or near them")
    func holdOut() throws {
        let trial = UpliftTrial(.init(), seed: 3, learnt: 3_000, served: 2_000)
        let holdOut = try #require(trial.training.holdOut)
        let width = holdOut.upliftHigh - holdOut.upliftLow
        #expect(abs(holdOut.uplift - trial.uplift) < width)
        #expect(holdOut.baseValue > holdOut.predictedValue)
        #expect(abs(holdOut.baseValue - holdOut.predictedValue - holdOut.uplift) < 1e-6)
    }

    @Test("with too little it does not rank, and says how little there is")
    func tooLittle() {
        let trial = UpliftTrial(.init(), seed: 1, learnt: Training.casesMin - 1, served: 1)
        #expect(trial.training.verdict == .tooFewCases(Training.casesMin - 1))
        #expect(trial.training.holdOut == nil)
    }

    @Test("when agents changed what they are good at it stops ranking, and learns the new truth when there is enough")
    func drift() {
        var center = TopicCenter(.init(), seed: 6)
        var past = center.serve(2_500, by: UpliftTrial.longestIdle)
        let learning = Learning(.handleTime)
        #expect(Training(past, learning: learning).verdict == .ranks)
        center.drawTruth()
        past += center.serve(1_100, by: UpliftTrial.longestIdle)
        #expect(Training(past, learning: learning).verdict == .noUplift)
        past += center.serve(6_000, by: UpliftTrial.longestIdle)
        #expect(Training(past, learning: learning).verdict == .ranks)
    }

    @Test("the same past gives the same model, to the bit")
    func determinism() {
        func train() -> Training {
            var center = TopicCenter(.init(), seed: 7)
            return Training(center.serve(1_000, by: UpliftTrial.longestIdle), learning: Learning(.handleTime))
        }
        let (one, other) = (train(), train())
        #expect(one.model == other.model)
        #expect(one.holdOut == other.holdOut)
    }
}

/// A mean and how sure it is.
private struct Sample {
    let mean: Double
    let errorSquare: Double

    init(_ values: [Double]) {
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        errorSquare = spread / Double(values.count)
    }
}
