import ContactCenter
import Foundation
import Journal

/// Reads what routing had to do with in a span of the log, in order, a page at a time: in memory are one page and what
/// is under way at that moment.
///
/// It reads beside a server, or from a copy. What began before the span is told as far as the log shows it: agents'
/// readiness at the start is looked up, legs that were in hand then are told when they end (`carried`), and rounds that
/// waited already are left out. Read a few hours more and leave them away if that matters.
public struct TrafficReader {
    private let log: any RecordedLog
    private let last: Position
    private var position: Position
    private var people: [UserID]
    private let from: Instant
    private let to: Instant
    /// When the last event that was read happened; the beginning before there is one.
    public private(set) var lastAt: Instant
    private var isStarted = false
    private var isOver = false
    private var conversations: [ConversationID: ConversationRecorder] = [:]
    /// What is remembered of customers whose conversation rests.
    private var memories: [ConversationID: ConversationRecorder.Memory] = [:]
    private var hands: [UserID: Set<CommunicationID>] = [:]

    /// Conversations under way at one moment; a log with more is read in shorter spans.
    public static let conversationsMax = 1_000_000

    /// A reader of `[from, to)`.
    public init(_ log: any RecordedLog, from: Instant, to: Instant) async throws {
        self.log = log
        self.from = from
        self.to = to
        lastAt = from
        // Instants in the log are in order but for moments.
        let slack = Span.minutes(1)
        position = try await log.position(before: Instant(milliseconds: from.milliseconds - slack.milliseconds))
        last = try await log.position(before: to + slack)
        people = try await log.configuration().filter { $0.kind == EntityKind.user.rawValue }.compactMap {
            UserID($0.id)
        }
    }

    /// The next happenings; nothing when the span is over. Rounds that are not over then come last.
    public mutating func next() async throws -> [RecordedHappening]? {
        if !isStarted {
            isStarted = true
            return try await readinessAtStart()
        }
        guard !isOver else { return nil }
        let page = try await log.events(after: position, through: last)
        guard let end = page.last else {
            isOver = true
            return conversations.values.flatMap { $0.open() }
                .sorted { ($0.queuedAt, $0.leg) < ($1.queuedAt, $1.leg) }.map(RecordedHappening.interaction)
        }
        position = end.position
        for event in page where event.at < to { lastAt = max(lastAt, event.at) }
        try await recognise(page)
        var found: [RecordedHappening] = []
        for event in page where event.at < to {
            // What agents and administrators did in the moments before counts as the state at the start.
            if event.at >= from || event.stream.kind != .conversation { found += try take(event) }
        }
        guard conversations.count <= Self.conversationsMax else {
            throw EngineError.unavailable(reason: "more than \(Self.conversationsMax) conversations at once")
        }
        return found
    }

    /// What each agent's readiness was when the span begins.
    private mutating func readinessAtStart() async throws -> [RecordedHappening] {
        var found: [RecordedHappening] = []
        while !people.isEmpty {
            let streams = people.prefix(LogHistory.pageMax).map { StreamID(.user, $0) }
            people.removeFirst(streams.count)
            for type in ["presenceChanged", "notRespondingChanged"] {
                for event in try await log.lastEvents(of: streams, type: type, through: position) {
                    found += try readiness(event, JSON.decode(AgentState.Event.self, from: event.body))
                }
            }
        }
        return found
    }

    /// Looks up where conversations that began earlier come from.
    private mutating func recognise(_ page: [RecordedEvent]) async throws {
        var strangers: Set<StreamID> = []
        var newcomers: Set<StreamID> = []
        for event in page where event.stream.kind == .conversation && conversations[event.conversation] == nil {
            if event.version == 1 { newcomers.insert(event.stream) } else { strangers.insert(event.stream) }
        }
        strangers.subtract(newcomers)
        for event in try await log.firstEvents(of: Array(strangers)) {
            guard case .started(let body)? = try event.conversationEvent() else { continue }
            var recorder = ConversationRecorder(event.conversation)
            recorder.platform = body.origin.platform
            recorder.integration = body.origin.integration
            if let memory = memories.removeValue(forKey: event.conversation) { recorder.memory = memory }
            conversations[event.conversation] = recorder
        }
    }

    private mutating func take(_ event: RecordedEvent) throws -> [RecordedHappening] {
        switch event.stream.kind {
        case .configuration:
            return [.configuration(try JSON.decode(ConfigurationChange.self, from: event.body), at: event.at)]
        case .user: return try agentChanged(event)
        case .conversation:
            guard let happened = try event.conversationEvent() else { return [] }
            let id = event.conversation
            var recorder = conversations[id] ?? ConversationRecorder(id)
            let hands = hands
            let over = recorder.take(happened, at: event.at) { hands[$0]?.count ?? 0 }
            // Right after its start nothing is under way yet.
            let isResting = recorder.isIdle && event.version > 1
            conversations[id] = isResting ? nil : recorder
            if isResting { remember(recorder.memory, of: id) }
            return over.map(RecordedHappening.interaction)
        }
    }

    private mutating func remember(_ memory: ConversationRecorder.Memory, of id: ConversationID) {
        // Too many to keep: what comes back then counts as new, and its category as not said.
        if memories.count >= Self.conversationsMax { memories = [:] }
        memories[id] = memory
    }

    private mutating func agentChanged(_ event: RecordedEvent) throws -> [RecordedHappening] {
        let happened = try JSON.decode(AgentState.Event.self, from: event.body)
        let user: UserID = event.stream.key.cast()
        switch happened {
        case .interactionStarted(let leg): hands[user, default: []].insert(leg)
        case .interactionEnded(let leg):
            if hands[user]?.remove(leg) == nil { return [.carried(user, leg, until: event.at)] }
        default: return try readiness(event, happened)
        }
        return []
    }

    private func readiness(_ event: RecordedEvent, _ happened: AgentState.Event) throws -> [RecordedHappening] {
        let user: UserID = event.stream.key.cast()
        switch happened {
        case .presenceChanged(_, let presence, _):
            return [.readiness(.init(user: user, at: event.at, change: .onQueue(presence == .onQueue)))]
        case .notRespondingChanged(let value):
            return [.readiness(.init(user: user, at: event.at, change: .notResponding(value)))]
        default: return []
        }
    }
}
