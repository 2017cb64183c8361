import ContactCenter
import Journal

/// What is gone through again: the rounds of a span with what agents did, and the configuration of then.
public struct RecordedTraffic: Sendable {
    /// What is measured; what came before it only fills hands and lines.
    public let from: Instant
    public private(set) var to: Instant
    /// From when on it is gone through.
    public let start: Instant
    /// By the moment of coming into a queue.
    public internal(set) var rounds: [RecordedInteraction] = []
    /// When each agent was on queue, and was not responding, in order.
    public internal(set) var readiness: [RecordedReadiness] = []
    /// Legs that were in hand at the start, and until when.
    var carried: [Carried] = []
    let configuration: PastConfiguration

    struct Carried: Sendable {
        let user: UserID
        let leg: CommunicationID
        let until: Instant
    }

    /// Rounds that are gone through at most: some hundred megabytes. A longer span is cut by whoever asks.
    public static let roundsMax = 1_000_000
    /// How long before the measured span reading begins, unless said otherwise: most of what is in hand began then.
    public static let leadDefault = Span.hours(12)

    /// Rows of configuration whose past the log does not tell (it was written by an earlier version, or the row came
    /// without an event): they are taken as they are now.
    public var approximatedCount: Int { configuration.approximatedCount }

    /// Reads a span of a log.
    /// - Parameter lead: how much earlier reading begins.
    public static func read(
        _ log: any RecordedLog, from: Instant, to: Instant, lead: Span = leadDefault
    ) async throws -> RecordedTraffic {
        let start = Instant(milliseconds: from.milliseconds - lead.milliseconds)
        let configuration = try await PastConfiguration.read(log, from: start, to: to)
        var traffic = RecordedTraffic(from: from, to: to, start: start, configuration: configuration)
        var reader = try await TrafficReader(log, from: start, to: to)
        while let happenings = try await reader.next() {
            for happening in happenings { traffic.take(happening) }
            guard traffic.rounds.count <= roundsMax else {
                throw ReplayError.tooMuch(roundsMax: roundsMax)
            }
        }
        // The record may end before the span does: what comes after is nobody's knowledge.
        traffic.to = min(to, reader.lastAt + Span(milliseconds: 1))
        traffic.rounds.sort { ($0.queuedAt, $0.leg) < ($1.queuedAt, $1.leg) }
        traffic.readiness.sort { $0.at < $1.at }
        return traffic
    }

    init(from: Instant, to: Instant, start: Instant, configuration: PastConfiguration) {
        self.from = from
        self.to = to
        self.start = start
        self.configuration = configuration
    }

    private mutating func take(_ happening: RecordedHappening) {
        switch happening {
        case .interaction(let round): rounds.append(round)
        case .readiness(let change): readiness.append(change)
        case .carried(let user, let leg, let until): carried.append(Carried(user: user, leg: leg, until: until))
        case .configuration: break
        }
    }
}

/// Why recorded traffic is not gone through again; for the person who asked.
public enum ReplayError: Error, Sendable, CustomStringConvertible {
    /// The span has more rounds than are gone through at once.
    case tooMuch(roundsMax: Int)
    /// Nothing waited in the span.
    case nothingRecorded
    /// The candidate says something that is not understood, at this place.
    case candidate(path: String, reason: String)

    public var description: String {
        switch self {
        case .tooMuch(let most): "more than \(most) interactions: choose a shorter span"
        case .nothingRecorded: "nothing came into a queue in this span"
        case .candidate(let path, let reason): "\(path): \(reason)"
        }
    }
}
