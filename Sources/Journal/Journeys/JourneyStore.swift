import ContactCenter

/// The journey_session and journey_event tables: visits of customers, and what they did.
struct JourneyStore {
    let session: any SQLSession

    private static let columns = [
        "id", "deployment", "customer", "kind", "started_at", "last_at", "events_count", "views_count", "first",
        "latest",
    ].joined(separator: ", ")

    // A customer's visit that is not over.
    static let findCurrent = SQL(
        """
        SELECT \(columns) FROM journey_session
        WHERE deployment = $1 AND customer = $2 AND kind = $3 AND last_at > $4 ORDER BY last_at DESC LIMIT 1
        """)

    // A visit.
    static let find = SQL("SELECT \(columns) FROM journey_session WHERE id = $1")

    // A visit that begins.
    static let insert = SQL(
        "INSERT INTO journey_session (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")

    // One more event of a visit.
    static let update: SQL = """
        UPDATE journey_session SET last_at = $1, events_count = $2, views_count = $3, latest = $4 WHERE id = $5
        """

    // The customer is still there.
    static let touch: SQL = "UPDATE journey_session SET last_at = $1 WHERE id = $2 AND last_at < $1"

    // An event.
    static let insertEvent: SQL = """
        INSERT INTO journey_event (session, sequence, id, name, occurred_at, body) VALUES ($1, $2, $3, $4, $5, $6)
        """

    // Events that are too many.
    static let prune: SQL = "DELETE FROM journey_event WHERE session = $1 AND sequence <= $2"

    // The events of a visit, newest first.
    static let listEvents: SQL = """
        SELECT id, session, sequence, name, occurred_at, body FROM journey_event
        WHERE session = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3
        """

    // Visits that ended long ago.
    static let listEnded: SQL = "SELECT id FROM journey_session WHERE last_at <= $1 ORDER BY last_at LIMIT $2"

    // All events of a visit.
    static let deleteEvents: SQL = "DELETE FROM journey_event WHERE session = $1"

    // A visit.
    static let delete: SQL = "DELETE FROM journey_session WHERE id = $1"

    func record(
        _ event: JourneyEventRecord, in fresh: JourneySessionRecord, isView: Bool, since: Instant, eventsMax: Int
    ) throws(SQLFailure) -> JourneySessionRecord {
        let found = try current(of: fresh.customer, deployment: fresh.deployment, kind: fresh.kind, since: since)
        var journey = found ?? fresh
        journey.lastAt = max(journey.lastAt, event.at)
        journey.eventsCount += 1
        journey.viewsCount += isView ? 1 : 0
        journey.latest = fresh.latest
        if found == nil {
            try session.execute(Self.insert, Self.values(of: journey))
        } else {
            try session.execute(
                Self.update,
                [
                    .at(journey.lastAt), .integer(journey.eventsCount), .integer(journey.viewsCount),
                    .data(journey.latest), .id(journey.id),
                ])
        }
        try session.execute(
            Self.insertEvent,
            [
                .id(journey.id), .integer(journey.eventsCount), .id(event.id), .text(event.name), .at(event.at),
                .data(event.body),
            ])
        try session.execute(Self.prune, [.id(journey.id), .integer(journey.eventsCount - Int64(eventsMax))])
        return journey
    }

    func current(
        of customer: String, deployment: IntegrationID, kind: String, since: Instant
    ) throws(SQLFailure) -> JourneySessionRecord? {
        try session.first(Self.findCurrent, [.id(deployment), .text(customer), .text(kind), .at(since)]) {
            row throws(SQLFailure) in try Self.record(row)
        }
    }

    func events(
        of id: Identifier<JourneySessionRecord>, before sequence: Int64?, limit: Int
    ) throws(SQLFailure) -> [JourneyEventRecord] {
        try session.query(Self.listEvents, [.id(id), .integer(sequence ?? .max), .integer(limit)]) {
            row throws(SQLFailure) in
            JourneyEventRecord(
                id: try row.id(0), session: try row.id(1), sequence: row.integer(2), name: row.text(3),
                at: row.instant(4), body: row.data(5))
        }
    }

    func forget(endedBy: Instant, limit: Int) throws(SQLFailure) -> Int {
        let ended = try session.query(Self.listEnded, [.at(endedBy), .integer(limit)]) {
            row throws(SQLFailure) -> Identifier<JourneySessionRecord> in try row.id(0)
        }
        for id in ended {
            try session.execute(Self.deleteEvents, [.id(id)])
            try session.execute(Self.delete, [.id(id)])
        }
        return ended.count
    }

    private static func values(of journey: JourneySessionRecord) -> [SQLValue] {
        [
            .id(journey.id), .id(journey.deployment), .text(journey.customer), .text(journey.kind),
            .at(journey.startedAt), .at(journey.lastAt), .integer(journey.eventsCount), .integer(journey.viewsCount),
            .data(journey.first), .data(journey.latest),
        ]
    }

    static func record(_ row: any SQLRow) throws(SQLFailure) -> JourneySessionRecord {
        var journey = JourneySessionRecord(
            id: try row.id(0), deployment: try row.id(1), customer: row.text(2), kind: row.text(3),
            startedAt: row.instant(4))
        journey.lastAt = row.instant(5)
        journey.eventsCount = row.integer(6)
        journey.viewsCount = row.integer(7)
        journey.first = row.data(8)
        journey.latest = row.data(9)
        return journey
    }
}

extension SQLJournal {
    public func recordJourney(
        _ event: JourneyEventRecord, in fresh: JourneySessionRecord, isView: Bool, since: Instant, eventsMax: Int
    ) async throws(JournalError) -> JourneySessionRecord {
        try await writer.work { session throws(SQLFailure) in
            try JourneyStore(session: session).record(
                event, in: fresh, isView: isView, since: since, eventsMax: eventsMax)
        }
    }

    public func touchJourney(_ id: Identifier<JourneySessionRecord>, at: Instant) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            _ = try session.execute(JourneyStore.touch, [.at(at), .id(id)])
        }
    }

    public func currentJourney(
        of customer: String, deployment: IntegrationID, kind: String, since: Instant
    ) async throws(JournalError) -> JourneySessionRecord? {
        try await read { session throws(SQLFailure) in
            try JourneyStore(session: session).current(of: customer, deployment: deployment, kind: kind, since: since)
        }
    }

    public func journey(
        _ id: Identifier<JourneySessionRecord>
    ) async throws(JournalError) -> JourneySessionRecord? {
        try await read { session throws(SQLFailure) in
            try session.first(JourneyStore.find, [.id(id)]) { row throws(SQLFailure) in try JourneyStore.record(row) }
        }
    }

    public func journeyEvents(
        of id: Identifier<JourneySessionRecord>, before sequence: Int64?, limit: Int
    ) async throws(JournalError) -> [JourneyEventRecord] {
        try await read { session throws(SQLFailure) in
            try JourneyStore(session: session).events(of: id, before: sequence, limit: Self.page(limit))
        }
    }

    public func forgetJourneys(endedBy: Instant, limit: Int) async throws(JournalError) -> Int {
        try await writer.work { session throws(SQLFailure) in
            try JourneyStore(session: session).forget(endedBy: endedBy, limit: Self.page(limit))
        }
    }
}
