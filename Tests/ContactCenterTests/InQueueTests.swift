import ContactCenter
import Testing

@Suite("What is done with those who wait")
struct InQueueTests {
    private static let start = Instant(milliseconds: 1_000_000_000)
    private static let sales = Bench.sales

    private func at(_ seconds: Int64) -> Instant { Self.start + .seconds(seconds) }

    /// What is done when, second by second, as the timers would do it.
    private func story(
        _ settings: InQueueSettings, until end: Int64 = 600,
        _ change: (inout InQueueSituation, Int64) -> Void = { _, _ in }
    ) -> [String] {
        var situation = InQueueSituation(since: Self.start)
        situation.passed = [Bench.support]
        var lines: [String] = []
        var next: Instant? = Self.start
        for second in 0...end {
            let before = situation
            change(&situation, second)
            // A change of settings or hours sets the timer anew.
            if situation != before { next = at(second) }
            while let due = next, due <= at(second) {
                switch settings.move(in: situation, at: at(second)) {
                case .rest(let until): next = until
                case .take(let step, let policy):
                    lines.append("\(second) \(Self.words(step)) \(Self.words(policy.action))")
                    guard policy.action == .wait else { return lines }
                    situation.progress = Self.noting(step, situation.progress, at(second))
                }
            }
        }
        return lines
    }

    /// Progress as a conversation keeps it.
    private static func noting(_ step: InQueueStep, _ progress: InQueueProgress, _ now: Instant) -> InQueueProgress {
        var noted = progress
        switch step {
        case .treatment(let number): (noted.timesTreated, noted.treatedAt) = (number, now)
        case .closed(let standing): noted.closure = standing
        case .opened: (noted.closure, noted.openedAt) = (nil, now)
        case .maximumWait: noted.isOverdue = true
        default: break
        }
        return noted
    }

    private static func words(_ step: InQueueStep) -> String {
        switch step {
        case .treatment(let number): "treatment \(number)"
        case .closed(let standing): standing.rawValue
        case .opened: "opened"
        case .overflow: "overflow"
        case .maximumWait: "maximum"
        case .inactive: "inactive"
        }
    }

    private static func words(_ action: InQueueSettings.Action) -> String {
        switch action {
        case .wait: "wait"
        case .overflow: "pass"
        case .disconnect: "end"
        }
    }

    private var treatment: InQueueSettings.Treatment {
        .init(delay: .seconds(10), interval: .seconds(60), timesMax: 3, texts: ["en": "Hold on"])
    }

    @Test("a treatment comes after its delay, then in its interval, and not more often than it may")
    func treatments() {
        var settings = InQueueSettings()
        settings.treatment = treatment
        #expect(
            story(settings) == ["10 treatment 1 wait", "70 treatment 2 wait", "130 treatment 3 wait"])
        settings.treatment?.interval = nil
        #expect(story(settings) == ["10 treatment 1 wait"])
        #expect(story(InQueueSettings()).isEmpty)
    }

    @Test("after its wait somebody is passed on, unless an agent is being asked; then when the alert is over")
    func overflow() {
        var settings = InQueueSettings()
        settings.treatment = treatment
        settings.overflow = .init(to: Self.sales, after: .seconds(90))
        #expect(
            story(settings) == ["10 treatment 1 wait", "70 treatment 2 wait", "90 overflow pass"])
        let alerted = story(settings) { situation, second in
            situation.alertEndsAt = (85..<115).contains(second) ? at(115) : nil
        }
        #expect(alerted.last == "115 overflow pass")
        let closed = story(settings) { situation, _ in situation.closedQueues = [Self.sales] }
        #expect(!closed.contains { $0.contains("overflow") }, "nobody is sent where nobody serves")
        let beenThere = story(settings) { situation, _ in situation.passed = [Self.sales, Bench.support] }
        #expect(!beenThere.contains { $0.contains("overflow") }, "nobody goes round in a circle")
    }

    @Test("a wait that is estimated too long passes on as soon as it is")
    func estimate() {
        var settings = InQueueSettings()
        settings.overflow = .init(to: Self.sales, after: nil, estimatedWait: .minutes(5))
        let told = story(settings) { situation, second in
            if second == 0 { situation.estimatedWait = .minutes(4) }
            if second == 50 { situation.estimatedWait = .minutes(6) }
        }
        #expect(told == ["50 overflow pass"])
        #expect(story(settings) == [], "nothing is known")
        let look = settings.move(in: InQueueSituation(since: Self.start), at: at(100))
        #expect(look == .rest(until: at(100) + InQueueSettings.estimatePause))
    }

    @Test(
        "the longest wait ends in another queue, with a word, or with the end",
        arguments: [
            (InQueueSettings.Action.wait, ["120 maximum wait"]), (.overflow(Bench.sales), ["120 maximum pass"]),
            (.disconnect, ["120 maximum end"]), (.overflow(Bench.support), ["120 maximum wait"]),
        ])
    func maximumWait(action: InQueueSettings.Action, expected: [String]) {
        var settings = InQueueSettings()
        settings.maximumWait = .init(.seconds(120), .init(action, texts: ["en": "Sorry"]))
        #expect(story(settings) == expected)
    }

    @Test("a closure is told once each time, stops the clock, and an emergency is told beside it")
    func closures() {
        var settings = InQueueSettings()
        settings.treatment = treatment
        settings.closures[.closed] = .init(.wait, texts: ["en": "We are closed"])
        settings.maximumWait = .init(.seconds(100), .init(.disconnect))
        let told = story(settings) { situation, second in
            switch second {
            case 0..<100: situation.standing = .closed
            case 100..<150: situation.standing = .emergency
            case 150..<200: situation.standing = .open
            case 200..<300: situation.standing = .closed
            default: situation.standing = .open
            }
        }
        #expect(
            told == [
                "0 closed wait", "100 emergency wait", "150 opened wait", "160 treatment 1 wait", "200 closed wait",
                "300 opened wait", "300 treatment 2 wait", "360 treatment 3 wait", "400 maximum end",
            ])
    }

    @Test(
        "a closed queue keeps, passes on or lets go, each standing by its own policy or by that of any closure",
        arguments: [
            (QueueStanding.closed, ["0 closed end"]), (.holiday, ["0 holiday end"]), (.emergency, ["0 emergency pass"]),
            (.open, []),
        ])
    func closurePolicies(standing: QueueStanding, expected: [String]) {
        var settings = InQueueSettings()
        settings.closures = [.closed: .init(.disconnect), .emergency: .init(.overflow(Self.sales))]
        #expect(story(settings) { situation, _ in situation.standing = standing } == expected)
    }

    @Test("a customer who says nothing for too long has given up, but not while an agent is being asked")
    func inactivity() {
        var settings = InQueueSettings()
        settings.inactivity = .seconds(60)
        let told = story(settings) { situation, second in
            if second == 0 { situation.lastInboundAt = at(0) }
            if second == 50 { situation.lastInboundAt = at(50) }
            if second == 100 { situation.alertEndsAt = at(125) }
            if second == 125 { situation.alertEndsAt = nil }
        }
        #expect(told == ["125 inactive end"])
    }

    // MARK: Texts

    @Test(
        "a text is told in the customer's language, with the numbers that are known",
        arguments: [
            (["ja-JP"], 3, 4, "3番目です。\n約5分です。"), (["ja"], 3, nil, "3番目です。"),
            (["fr", "en-GB"], 1, 0, "Number 1.\nAbout 1 minute."), (["fr"], 2, 150, "Number 2.\nAbout 3 hours."),
            ([], nil, 90, "About 91 minutes."), (["en"], nil, nil, nil),
        ] as [([String], Int?, Int64?, String?)])
    func texts(languages: [String], position: Int?, minutes: Int64?, expected: String?) {
        let texts = ["en": "Number {position}.\nAbout {wait}.", "JA": "{position}番目です。\n約{wait}です。"]
        let wait = minutes.map { Span.minutes($0) }.map { Span(milliseconds: $0.milliseconds + 1_000) }
        let told = InQueueText.text(of: texts, in: languages, with: .init(position: position, wait: wait))
        #expect(told == expected)
    }

    @Test("without an English text the first one there is told, and without any nothing")
    func missingTexts() {
        #expect(
            InQueueText.text(of: ["ja": "お待ちください", "de": "Bitte warten"], in: ["fr"], with: .init()) == "Bitte warten")
        #expect(InQueueText.text(of: [:], in: ["en"], with: .init()) == nil)
        #expect(InQueueText.text(of: ["en": "  \n "], in: ["en"], with: .init()) == nil)
    }

    // MARK: In a conversation

    private func treat(
        _ bench: inout Bench, _ step: InQueueStep, _ action: InQueueSettings.Action = .wait, isTold: Bool = true
    ) throws -> [String] {
        let leg = try #require(bench.conversation.waiting).communication.id
        let message = isTold ? bench.ids.next(NormalizedMessage.self) : nil
        let events = try bench.handle(
            .treat(.init(waiting: leg, step: step, message: message, action: action)))
        #expect(bench.replayed == bench.conversation)
        return events.map(\.name)
    }

    @Test("each step is taken once, whatever is asked for twice")
    func once() throws {
        var bench = Bench()
        try bench.receive()
        #expect(try treat(&bench, .treatment(1)) == ["treated", "messageSent"])
        #expect(throws: ConversationError.notWaiting) { try treat(&bench, .treatment(1)) }
        #expect(throws: ConversationError.notWaiting) { try treat(&bench, .treatment(3)) }
        #expect(try treat(&bench, .treatment(2), isTold: false) == ["treated"])
        #expect(throws: ConversationError.notWaiting) { try treat(&bench, .opened) }
        #expect(try treat(&bench, .closed(.holiday)) == ["treated", "messageSent"])
        #expect(throws: ConversationError.notWaiting) { try treat(&bench, .closed(.holiday)) }
        #expect(try treat(&bench, .opened, isTold: false) == ["treated"])
        #expect(try treat(&bench, .maximumWait) == ["treated", "messageSent"])
        #expect(throws: ConversationError.notWaiting) { try treat(&bench, .maximumWait) }
        #expect(bench.conversation.waiting?.inQueue?.timesTreated == 2)
    }

    @Test("who is passed on keeps what was asked for and the turn, and is not taken from an agent who is asked")
    func passedOn() throws {
        var bench = Bench()
        var arrival = Bench.arrival
        arrival.entry = RoutingRequest(queue: Bench.support, skills: [SkillID(high: 9, low: 9)], priority: 4)
        try bench.handle(.receive(bench.ids.next(NormalizedMessage.self), arrival))
        let began = try #require(bench.conversation.waiting).startedAt
        let agent = try bench.offer(Bench.hana)
        #expect(throws: ConversationError.notWaiting) { try treat(&bench, .overflow, .overflow(Bench.sales)) }
        try bench.handle(.disconnect(agent, .client))
        let events = try treat(&bench, .overflow, .overflow(Bench.sales))
        #expect(events == ["treated", "messageSent", "disconnected", "queued"])
        let waiting = try #require(bench.conversation.waiting?.routing)
        #expect(waiting.queue == Bench.sales)
        #expect(waiting.skills == [SkillID(high: 9, low: 9)])
        #expect(waiting.priority == 4)
        #expect(waiting.waitingSince == began)
        #expect(waiting.passed == [Bench.support])
        let first = try #require(bench.conversation.participants.first { $0.purpose == .acd })
        #expect(first.queueOutcome == .flowOut)
        #expect(first.communication.disconnectType == .transfer)
    }

    @Test("the end of a wait has its outcome: answered, abandoned, passed on, or none when the business ends it")
    func outcomes() throws {
        func outcome(_ end: (inout Bench) throws -> Void) throws -> QueueOutcome? {
            var bench = Bench()
            try bench.receive()
            try end(&bench)
            #expect(bench.conversation.waiting == nil)
            return bench.conversation.participants.first { $0.purpose == .acd }?.queueOutcome
        }
        #expect(try outcome { try $0.handle(.answer(try $0.offer(Bench.hana))) } == .answered)
        #expect(try outcome { try $0.handle(.customerLeave(.endpoint)) } == .abandon)
        #expect(try outcome { _ = try treat(&$0, .inactive, .disconnect, isTold: false) } == .abandon)
        #expect(try outcome { _ = try treat(&$0, .maximumWait, .disconnect) } == nil)
        #expect(try outcome { try $0.handle(.disconnectAll(.client)) } == nil)
    }

    @Test("a wait that ends with a word ends for the customer, too, and the word comes before")
    func ended() throws {
        var bench = Bench()
        try bench.receive()
        let events = try treat(&bench, .closed(.closed), .disconnect)
        #expect(events == ["treated", "messageSent", "disconnected", "disconnected"])
        #expect(bench.conversation.customer == nil)
        #expect(!bench.conversation.isOpen)
        try bench.receive()
        #expect(bench.conversation.waiting != nil, "writing again waits again")
        #expect(bench.conversation.waiting?.inQueue == nil)
    }
}
