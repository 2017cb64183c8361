import ContactCenter

/// Goes through recorded traffic again, with the router that serves, under the configuration that was or under another.
public struct Replay: Sendable {
    /// How what is not in the record is found.
    public struct Options: Sendable {
        /// Where what is drawn comes from.
        public var seed: UInt64
        /// Whether agents react as recorded where the same agent is asked for the same interaction; else every reaction
        /// and recovery is drawn from the agent's habits.
        public var followsRecord: Bool

        /// Options.
        public init(seed: UInt64 = 1, followsRecord: Bool = true) {
            self.seed = seed
            self.followsRecord = followsRecord
        }
    }

    public let traffic: RecordedTraffic
    private let habits: Habits

    /// A replay of some traffic; refuses a span in which nothing waited.
    public init(_ traffic: RecordedTraffic) throws(ReplayError) {
        guard traffic.rounds.contains(where: { $0.queuedAt >= traffic.from }) else { throw .nothingRecorded }
        self.traffic = traffic
        habits = Habits(traffic)
    }

    /// What the record says.
    public func recorded() -> ReplayFigures {
        ReplayFigures(traffic.rounds, traffic.readiness, of: traffic, targets: targets)
    }

    /// What a configuration leads to.
    public func run(_ candidate: Candidate = .unchanged, _ options: Options = Options()) -> ReplayFigures {
        var run = ReplayRun(traffic, habits, candidate, options)
        let rounds = run.run()
        return ReplayFigures(rounds, candidate.readiness(traffic), of: traffic, targets: targets)
    }

    /// The names of queues and people, of those that a candidate adds as well.
    public func names(_ candidates: [Candidate]) -> [String: String] {
        var names: [String: String] = [:]
        for row in traffic.configuration.known where row.kind == .queue || row.kind == .user {
            names[row.id] = row.name
        }
        for edit in candidates.flatMap(\.edits) {
            if case .put(.user, let id, let name, _) = edit { names[id] = name }
        }
        return names
    }

    /// How soon each queue wants its customers answered, as it was last.
    private var targets: [QueueID: Span] {
        var targets: [QueueID: Span] = [:]
        for row in traffic.configuration.known where row.kind == .queue {
            let level = row.body["mediaSettings"]?["message"]?["serviceLevel"]?["durationMs"]?.integer
            if let queue = QueueID(row.id), let level { targets[queue] = Span(milliseconds: level) }
        }
        return targets
    }
}
