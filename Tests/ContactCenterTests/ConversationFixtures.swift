import ContactCenter

/// A small generator (SplitMix64), so that a seed reproduces a run on any machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Readable ids: 1, 2, 3…
struct CountingIdentifiers: IdentifierSource {
    var last: UInt64 = 0

    mutating func next<Entity>(_: Entity.Type) -> Identifier<Entity> {
        last += 1
        return Identifier(high: 0, low: last)
    }
}

/// A conversation on a bench: commands in, events out, time by hand.
struct Bench {
    var conversation = Conversation(id: Identifier(high: 1, low: 1))
    var ids = CountingIdentifiers()
    var now = Instant(milliseconds: 1_000_000)
    var events: [ConversationEvent] = []
    /// The same conversation, made of the events alone.
    var replayed = Conversation(id: Identifier(high: 1, low: 1))

    static let support = QueueID(high: 2, low: 1)
    static let sales = QueueID(high: 2, low: 2)
    static let hana = UserID(high: 3, low: 1)
    static let kenji = UserID(high: 3, low: 2)
    static let mandatory = WrapupPolicy(prompt: .mandatory)

    static let arrival = ConversationCommand.Arrival(
        origin: Origin(
            platform: .open, integration: Identifier(high: 4, low: 1), identity: Identifier(high: 5, low: 1),
            contact: Identifier(high: 6, low: 1), address: "mika@example.org", name: "Mika"),
        entry: RoutingRequest(queue: support))

    @discardableResult
    mutating func handle(_ command: ConversationCommand) throws(ConversationError) -> [ConversationEvent] {
        now = now + .seconds(1)
        let happened = try conversation.handle(command, at: now, ids: &ids)
        events += happened
        for event in happened { replayed.apply(event, at: now) }
        return happened
    }

    @discardableResult
    mutating func receive(attributes: [String: String] = [:]) throws(ConversationError) -> [ConversationEvent] {
        var arrival = Self.arrival
        arrival.attributes = attributes
        return try handle(.receive(ids.next(NormalizedMessage.self), arrival))
    }

    @discardableResult
    mutating func offer(_ user: UserID, policy: WrapupPolicy = mandatory) throws(ConversationError) -> ParticipantID {
        guard let leg = conversation.waiting?.communication.id else { throw .notWaiting }
        try handle(
            .offer(
                .init(waiting: leg, user: user, name: "Hana", alertingTimeout: .seconds(30), wrapupPolicy: policy)))
        guard let agent = conversation.agents.last else { throw .notWaiting }
        return agent.id
    }

    /// A customer wrote and Hana answered.
    static func talking() throws(ConversationError) -> (Bench, ParticipantID) {
        var bench = Bench()
        try bench.receive()
        let hana = try bench.offer(Self.hana)
        try bench.handle(.answer(hana))
        return (bench, hana)
    }
}
