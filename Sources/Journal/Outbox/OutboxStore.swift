import ContactCenter

/// The outbox table: what has to be sent, in order within a lane.
///
/// The oldest entry of a lane carries `is_head`, so that asking for work touches heads only, however many entries wait
/// behind a parked one. The mark moves on in the commit that takes the head away. Where several processes write, the
/// lock of the log keeps two of them out of one lane, which could be left without a head.
struct OutboxStore {
    let session: any SQLSession

    private static let columns = "id, lane, integration, message, conversation, due_at, body, attempts"

    // A new entry at the end of its lane; the first of a lane is its head.
    static let insert: SQL = """
        INSERT INTO outbox (
            id, lane, integration, message, conversation, due_at, body, attempts, is_head, is_parked, part)
        VALUES (
            $1, $2, $3, $4, $5, $6, $7, 0,
            CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE lane = $2) THEN 0 ELSE 1 END, 0, $8)
        """

    // The end of an entry.
    static let delete: SQL = """
        DELETE FROM outbox WHERE id = $1
        """

    // The oldest entry behind the one that leaves becomes the head, if its lane has none.
    static let promote: SQL = """
        UPDATE outbox SET is_head = 1
        WHERE sequence = (
            SELECT later.sequence FROM outbox later
            WHERE later.lane = (SELECT leaving.lane FROM outbox leaving WHERE leaving.id = $1) AND later.id <> $1
            ORDER BY later.sequence LIMIT 1)
            AND NOT EXISTS (SELECT 1 FROM outbox marked WHERE marked.lane = outbox.lane AND marked.is_head = 1)
        """

    // An entry that is about to go gives its mark away.
    static let demote: SQL = """
        UPDATE outbox SET is_head = 0 WHERE id = $1 AND is_head = 1
        """

    // Another attempt later; a parked entry leaves its parking place.
    static let retry: SQL = """
        UPDATE outbox SET due_at = $1, attempts = $2, error = $3, is_parked = 0 WHERE id = $4
        """

    // An entry that needs a person.
    static let park: SQL = """
        UPDATE outbox SET is_parked = 1, error = $1 WHERE id = $2
        """

    // The heads that are due in some parts, the longest overdue of each part first.
    static let listDue = SQL(
        Partitions.union { isWanted in
            """
            SELECT \(columns) FROM outbox
            WHERE is_head = 1 AND is_parked = 0 AND \(isWanted) AND due_at <= $2
            ORDER BY due_at, sequence LIMIT $3
            """
        })

    // When the next head of each part is due.
    static let findNext = SQL(
        Partitions.union { isWanted in
            """
            SELECT due_at FROM outbox WHERE is_head = 1 AND is_parked = 0 AND \(isWanted)
            ORDER BY due_at, sequence LIMIT 1
            """
        })

    static func insertion(of draft: OutboxDraft) -> Step {
        Step(
            insert,
            [
                .id(draft.id), .id(draft.lane), .id(draft.integration), .id(draft.message), .id(draft.conversation),
                .at(draft.dueAt), .data(draft.body), .integer(Partitions.number(of: draft.lane)),
            ])
    }

    /// The steps of a change; an entry that is gone already changes nothing.
    static func writing(_ write: OutboxWrite) -> [Step] {
        switch write {
        case .finish(let id):
            [Step(demote, [.id(id)]), Step(promote, [.id(id)]), Step(delete, [.id(id)])]
        case .retry(let id, let dueAt, let attempts, let error):
            [Step(retry, [.at(dueAt), .integer(attempts), .text(error), .id(id)])]
        case .park(let id, let error):
            [Step(park, [.text(error), .id(id)])]
        }
    }

    func list(dueBy: Instant, in partitions: Partitions, limit: Int) throws(SQLFailure) -> [OutboxRecord] {
        let due = try session.query(
            Self.listDue, [.integer(partitions.mask), .at(dueBy), .integer(limit)]
        ) { row throws(SQLFailure) in
            let draft = OutboxDraft(
                id: try row.id(0), lane: try row.id(1), integration: try row.id(2), message: try row.optionalID(3),
                conversation: try row.id(4), dueAt: row.instant(5), body: row.data(6))
            return OutboxRecord(draft: draft, attempts: Int(row.integer(7)))
        }
        return Array(due.sorted { $0.draft.dueAt < $1.draft.dueAt }.prefix(limit))
    }

    func nextDueAt(in partitions: Partitions) throws(SQLFailure) -> Instant? {
        try session.query(Self.findNext, [.integer(partitions.mask)]) { $0.instant(0) }.min()
    }
}
