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
        var recorder = TrafficRecorder()
        var reader = try await PastReader(log, from: start, to: to)
        while try await reader.next(into: &recorder) {
            guard recorder.rounds.count <= roundsMax else { throw ReplayError.tooMuch(roundsMax: roundsMax) }
        }
        traffic.rounds = recorder.rounds + recorder.open
        traffic.readiness = recorder.readiness
        traffic.carried = recorder.carried
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
}

/// Writes down the rounds of all conversations, and what agents did beside them.
struct TrafficRecorder: PastFold {
    /// Rounds that are over, their after-call work included.
    private(set) var rounds: [RecordedInteraction] = []
    private(set) var readiness: [RecordedReadiness] = []
    private(set) var carried: [RecordedTraffic.Carried] = []
    private var recorders: [ConversationID: ConversationRecorder] = [:]

    /// Rounds that are under way, as they stand.
    var open: [RecordedInteraction] { recorders.values.flatMap(\.open) }

    mutating func take(_ step: PastStep, of conversation: PastConversation, on floor: PastFloor) {
        var recorder = recorders.removeValue(forKey: conversation.id) ?? ConversationRecorder()
        if let round = recorder.take(step, of: conversation, on: floor) { rounds.append(round) }
        if !recorder.isIdle { recorders[conversation.id] = recorder }
    }

    mutating func take(_ change: PastChange) {
        switch change {
        case .readiness(let change): readiness.append(change)
        case .carried(let user, let leg, let until): carried.append(.init(user: user, leg: leg, until: until))
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
