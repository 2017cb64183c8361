import Collections
import ContactCenter
import Journal

/// Reads the past of routing from the log, once and in its order, and tells folds of it: the one reader for whoever
/// asks what came of an interaction, be it to learn from it or to go through it again.
///
/// It reads a page at a time beside a server, or from a copy: in memory are one page, what is under way at that moment,
/// and a little of what rests. Of a span that begins within the log, agents' readiness at the start is looked up, legs
/// that were in hand then are told when they end (`carried`), and waits that had begun already are left out. Read a few
/// hours more and leave them away if that matters.
struct PastReader {
    /// Where the log is: beside an engine that has it open, or by itself.
    private enum Source {
        case journal(any Journal)
        case log(any RecordedLog)
    }

    private let source: Source
    private let last: Position
    private var position: Position
    private var people: [UserID] = []
    private let from: Instant
    private let to: Instant
    /// When the last event that was read happened; the beginning before there is one.
    private(set) var lastAt: Instant
    private var isStarted = false
    private var conversations: [ConversationID: PastConversation] = [:]
    /// Conversations in the order in which they came to rest, to be forgotten; some have gone on since.
    private var resting: Deque<(at: Instant, id: ConversationID)> = []
    private var floor = PastFloor()

    /// Conversations that are known at one moment. Of more, those that rest are forgotten, the longest first; a log
    /// with more under way is read in shorter spans.
    static let conversationsMax = 1_000_000
    /// How long a conversation that rests is remembered: the threading window, and a survey that comes late.
    private static let memory = Span.hours(7 * 24)
    /// Messages are most of the log, and no step.
    private static let silent: Set<String> = ["messageReceived", "messageSent", "messageStatusChanged"]

    /// A reader of all that there is now.
    init(_ journal: any Journal) async throws(EngineError) {
        source = .journal(journal)
        position = .start
        last = try await journaling { () async throws(JournalError) in try await journal.lastPosition() }
        from = Instant(milliseconds: .min)
        to = Instant(milliseconds: .max)
        lastAt = from
    }

    /// A reader of `[from, to)`.
    init(_ log: any RecordedLog, from: Instant, to: Instant) async throws(EngineError) {
        source = .log(log)
        self.from = from
        self.to = to
        lastAt = from
        // Instants in the log are in order but for moments.
        let slack = Span.minutes(1)
        let first = Instant(milliseconds: from.milliseconds - slack.milliseconds)
        position = try await journaling { () async throws(JournalError) in try await log.position(before: first) }
        last = try await journaling { () async throws(JournalError) in try await log.position(before: to + slack) }
        let rows = try await journaling { () async throws(JournalError) in try await log.configuration() }
        people = rows.filter { $0.kind == EntityKind.user.rawValue }.compactMap { UserID($0.id) }
    }

    /// Reads the next page and tells the fold; false when there is no more.
    mutating func next(into fold: inout some PastFold) async throws(EngineError) -> Bool {
        if !isStarted {
            isStarted = true
            try await tellStart(&fold)
        }
        let page = try await events()
        guard let end = page.last else { return false }
        position = end.position
        try await recognise(page)
        for event in page where event.at < to && !Self.silent.contains(event.type) {
            lastAt = max(lastAt, event.at)
            switch event.stream.kind {
            // What agents did in the moments before counts as the state at the start.
            case .user: try takeAgent(event, into: &fold)
            case .conversation where event.at >= from: try takeConversation(event, into: &fold)
            default: break
            }
        }
        guard conversations.count <= Self.conversationsMax else {
            throw EngineError.unavailable(reason: "more than \(Self.conversationsMax) conversations at once")
        }
        return true
    }

    // MARK: Pages

    private func events() async throws(EngineError) -> [RecordedEvent] {
        guard position < last else { return [] }
        let (position, last) = (position, last)
        switch source {
        case .log(let log):
            return try await journaling { () async throws(JournalError) in
                try await log.events(after: position, through: last)
            }
        case .journal(let journal):
            return try await journaling { () async throws(JournalError) in
                try await journal.events(after: position, limit: LogHistory.pageMax)
            }
        }
    }

    /// What each agent's readiness was when the span begins.
    private mutating func tellStart(_ fold: inout some PastFold) async throws(EngineError) {
        guard case .log(let log) = source else { return }
        let start = position
        while !people.isEmpty {
            let streams = people.prefix(LogHistory.pageMax).map { StreamID(.user, $0) }
            people.removeFirst(streams.count)
            for type in ["presenceChanged", "notRespondingChanged"] {
                let found = try await journaling { () async throws(JournalError) in
                    try await log.lastEvents(of: streams, type: type, through: start)
                }
                for event in found { try takeAgent(event, into: &fold) }
            }
        }
    }

    /// Looks up where conversations that began earlier come from.
    private mutating func recognise(_ page: [RecordedEvent]) async throws(EngineError) {
        guard case .log(let log) = source else { return }
        var strangers: Set<StreamID> = []
        var newcomers: Set<StreamID> = []
        for event in page where event.stream.kind == .conversation && conversations[event.conversation] == nil {
            if event.version == 1 { newcomers.insert(event.stream) } else { strangers.insert(event.stream) }
        }
        strangers.subtract(newcomers)
        let asked = Array(strangers)
        let firsts = try await journaling { () async throws(JournalError) in try await log.firstEvents(of: asked) }
        for event in firsts {
            guard case .started(let body)? = try event.conversationEvent() else { continue }
            var conversation = PastConversation(event.conversation)
            conversation.begin(body.origin)
            conversations[conversation.id] = conversation
        }
    }

    // MARK: Events

    private mutating func takeConversation(
        _ event: RecordedEvent, into fold: inout some PastFold
    ) throws(EngineError) {
        guard let happened = try event.conversationEvent() else { return }
        let id = event.conversation
        var conversation = conversations.removeValue(forKey: id) ?? PastConversation(id)
        for step in conversation.take(happened, at: event.at) {
            floor.take(step)
            fold.take(PastStep(at: event.at, what: step), of: conversation, on: floor)
        }
        if !conversation.isIdle {
            conversation.restsSince = nil
        } else if event.version > 1, conversation.restsSince == nil {
            // Right after its start nothing is under way yet.
            conversation.rest(at: event.at)
            resting.append((event.at, id))
        }
        conversations[id] = conversation
        forget(at: event.at, &fold)
    }

    private mutating func forget(at now: Instant, _ fold: inout some PastFold) {
        while let first = resting.first,
            now - first.at >= Self.memory || conversations.count > Self.conversationsMax
        {
            resting.removeFirst()
            guard let gone = conversations[first.id], gone.restsSince == first.at else { continue }
            conversations[first.id] = nil
            fold.take(PastStep(at: now, what: .forgotten), of: gone, on: floor)
        }
    }

    private mutating func takeAgent(_ event: RecordedEvent, into fold: inout some PastFold) throws(EngineError) {
        let happened = try JSON.decode(AgentState.Event.self, from: event.body)
        let user: UserID = event.stream.key.cast()
        switch happened {
        case .presenceChanged(_, let presence, _):
            fold.take(.readiness(.init(user: user, at: event.at, change: .onQueue(presence == .onQueue))))
        case .notRespondingChanged(let value):
            fold.take(.readiness(.init(user: user, at: event.at, change: .notResponding(value))))
        case .interactionEnded(let leg) where floor.agents[user]?.interactions.contains(leg) != true:
            fold.take(.carried(user, leg, until: event.at))
        default: break
        }
        floor.take(happened, of: user, at: event.at)
    }
}
