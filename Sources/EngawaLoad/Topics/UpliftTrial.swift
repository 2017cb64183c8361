import ContactCenter
import Routing

/// Learns from a past of longest idle, then serves the same future three times: by longest idle, by the prediction, and
/// by an oracle that knows the truth.
struct UpliftTrial {
    var training: Training
    /// What each policy is worth, in the goal's unit.
    var base: Double
    var predicted: Double
    var oracle: Double
    /// The gain of the prediction over longest idle as a share of the oracle's.
    var shareOfOracle: Double { oracle == base ? 0 : (predicted - base) / (oracle - base) }
    /// By how much the prediction is better, in the goal's unit; more is better.
    var uplift: Double

    init(_ settings: TopicCenter.Settings, seed: UInt64, learnt: Int, served: Int) {
        var center = TopicCenter(settings, seed: seed)
        let past = center.serve(learnt, by: Self.longestIdle)
        let training = Training(past, learning: Learning(settings.goal))
        self.training = training
        func worth(_ policy: TopicCenter.Policy) -> Double {
            var future = center
            return future.worth(of: future.serve(served, by: policy))
        }
        base = worth(Self.longestIdle)
        predicted = worth { interaction, free, _ in
            (training.model.best(of: free, for: interaction) ?? free[0]).user
        }
        oracle = worth { _, free, truth in
            let best = free.max { settings.goal.merit(truth[$0.user] ?? 0) < settings.goal.merit(truth[$1.user] ?? 0) }
            return (best ?? free[0]).user
        }
        uplift = settings.goal.merit(predicted - base)
    }

    static func longestIdle(_: PredictedInteraction, _ free: [PredictedAgent], _: [UserID: Double]) -> UserID {
        free[0].user
    }
}
