import ContactCenter

/// The table routing_decision: what routing decided, and why.
struct RoutingDecisionStore {
    let session: any SQLSession

    // A decision, once.
    static let insert: SQL = """
        INSERT INTO routing_decision
            (conversation, id, outcome, participant, decided_at, last_at, times_count, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (conversation, id) DO NOTHING
        """

    // The same was decided again.
    static let note: SQL = """
        UPDATE routing_decision SET last_at = $1, times_count = $2 WHERE conversation = $3 AND id = $4
        """

    // Decisions on a conversation beyond the newest few.
    static let prune: SQL = """
        DELETE FROM routing_decision WHERE conversation = $1 AND id <= (
            SELECT id FROM routing_decision WHERE conversation = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)
        """

    // The newest decisions on a conversation.
    static let listNewest: SQL = """
        SELECT conversation, id, outcome, participant, decided_at, last_at, times_count, body FROM routing_decision
        WHERE conversation = $1 ORDER BY id DESC LIMIT $2
        """

    // The decisions on a conversation before one of them.
    static let listBefore: SQL = """
        SELECT conversation, id, outcome, participant, decided_at, last_at, times_count, body FROM routing_decision
        WHERE conversation = $1 AND id < $2 ORDER BY id DESC LIMIT $3
        """

    // Decisions of long ago.
    static let listOld: SQL = """
        SELECT conversation, id FROM routing_decision WHERE last_at <= $1 ORDER BY last_at LIMIT $2
        """

    // One decision.
    static let delete: SQL = "DELETE FROM routing_decision WHERE conversation = $1 AND id = $2"

    func record(
        _ new: [RoutingDecisionRecord], repeated: [RoutingDecisionRepetition], rowsMax: Int
    ) throws(SQLFailure) {
        // In one trip: commits may wait behind it.
        var steps = new.map { Step(Self.insert, Self.values(of: $0)) }
        steps += repeated.map { again in
            Step(Self.note, [.at(again.lastAt), .integer(again.timesCount), .id(again.conversation), .id(again.id)])
        }
        steps += Set(new.map(\.conversation)).map { Step(Self.prune, [.id($0), .integer(rowsMax)]) }
        _ = try session.run(steps)
    }

    func list(
        _ conversation: ConversationID, before: Identifier<RoutingDecisionRecord>?, limit: Int
    ) throws(SQLFailure) -> [RoutingDecisionRecord] {
        guard let before else {
            return try session.query(Self.listNewest, [.id(conversation), .integer(limit)]) { row throws(SQLFailure) in
                try Self.record(row)
            }
        }
        return try session.query(Self.listBefore, [.id(conversation), .id(before), .integer(limit)]) {
            row throws(SQLFailure) in try Self.record(row)
        }
    }

    func forget(by instant: Instant, limit: Int) throws(SQLFailure) -> Int {
        let old = try session.query(Self.listOld, [.at(instant), .integer(limit)]) {
            row throws(SQLFailure) -> (ConversationID, Identifier<RoutingDecisionRecord>) in
            (try row.id(0), try row.id(1))
        }
        _ = try session.run(old.map { Step(Self.delete, [.id($0.0), .id($0.1)]) })
        return old.count
    }

    private static func values(of record: RoutingDecisionRecord) -> [SQLValue] {
        [
            .id(record.conversation), .id(record.id), .text(record.outcome.rawValue), .id(record.participant),
            .at(record.decidedAt), .at(record.lastAt), .integer(record.timesCount), .data(record.body),
        ]
    }

    private static func record(_ row: any SQLRow) throws(SQLFailure) -> RoutingDecisionRecord {
        var record = RoutingDecisionRecord(
            conversation: try row.id(0), id: try row.id(1), outcome: try row.word(2), decidedAt: row.instant(4),
            body: row.data(7))
        record.participant = try row.optionalID(3)
        record.lastAt = row.instant(5)
        record.timesCount = row.integer(6)
        return record
    }
}

extension SQLJournal {
    public var keepsDecisions: Bool { true }

    public func recordDecisions(
        _ new: [RoutingDecisionRecord], repeated: [RoutingDecisionRepetition], rowsMax: Int
    ) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try RoutingDecisionStore(session: session).record(new, repeated: repeated, rowsMax: rowsMax)
        }
    }

    public func decisions(
        on conversation: ConversationID, before: Identifier<RoutingDecisionRecord>?, limit: Int
    ) async throws(JournalError) -> [RoutingDecisionRecord] {
        try await read { session throws(SQLFailure) in
            try RoutingDecisionStore(session: session).list(conversation, before: before, limit: Self.page(limit))
        }
    }

    public func forgetDecisions(by instant: Instant, limit: Int) async throws(JournalError) -> Int {
        try await writer.work { session throws(SQLFailure) in
            try RoutingDecisionStore(session: session).forget(by: instant, limit: Self.page(limit))
        }
    }
}
