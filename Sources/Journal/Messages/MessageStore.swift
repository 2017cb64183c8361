import ContactCenter
import Foundation

/// The message table: bodies by position, by id, by the platform's id, and by identity for pages of history.
struct MessageStore {
    let session: any SQLSession

    /// The columns in the order that `record` reads them; the table's alias is `m`.
    static let columns = """
        m.position, m.id, m.identity, m.conversation, m.communication, m.integration, m.external_id, m.is_inbound, \
        m.status, m.occurred_at, m.body
        """
    /// How many columns those are.
    static let columnCount = 11

    // A message at the position of its event; nothing if its id or its external id is there already.
    static let insert: SQL = """
        INSERT INTO message (
            position, id, identity, conversation, communication, integration, external_id, is_inbound, status,
            occurred_at, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT DO NOTHING
        """

    // One message.
    static let findByID = SQL(
        """
        SELECT \(columns) FROM message m WHERE m.id = $1
        """)

    // The message at a position.
    static let findByPosition = SQL(
        """
        SELECT \(columns) FROM message m WHERE m.position = $1
        """)

    // The message that a platform or a guest sent under this id.
    static let findByExternalID = SQL(
        """
        SELECT \(columns) FROM message m WHERE m.integration = $1 AND m.external_id = $2
        """)

    // A page of a customer's history.
    static let listHistory = SQL(
        """
        SELECT \(columns) FROM message m
        WHERE m.identity = $1 AND m.position < $2
        ORDER BY m.position DESC LIMIT $3
        """)

    // A page of a conversation's transcript, between the positions of the conversation's first and last event.
    static let listTranscript = SQL(
        """
        SELECT \(columns) FROM message m
        WHERE m.identity = $1 AND m.position >= $2 AND m.position <= $3 AND m.conversation = $4
        ORDER BY m.position DESC LIMIT $5
        """)

    // How many there are of a customer.
    static let countAll: SQL = """
        SELECT count(*) FROM message WHERE identity = $1
        """

    // How many there are of a customer from an instant on.
    static let countSince: SQL = """
        SELECT count(*) FROM message WHERE identity = $1 AND occurred_at >= $2
        """

    /// A step per status that a message may have, moving forward only.
    private static let advance: [MessageStatus: SQL] = Dictionary(
        uniqueKeysWithValues: MessageStatus.allCases.map { next in
            let earlier = MessageStatus.allCases.filter { $0.mayAdvance(to: next) }.map { "'\($0.rawValue)'" }
            // `IN ()` is not portable; no status is empty.
            let list = earlier.isEmpty ? "''" : earlier.joined(separator: ", ")
            return (next, SQL("UPDATE message SET status = $1 WHERE id = $2 AND status IN (\(list))"))
        })

    /// Writes a message at its position, or refuses as a duplicate.
    static func insertion(of draft: MessageDraft, at position: Position) -> Step {
        Step(
            insert,
            [
                .integer(position.value), .id(draft.id), .id(draft.identity), .id(draft.conversation),
                .id(draft.communication), .id(draft.integration), .text(draft.externalID), .flag(draft.isInbound),
                .text(draft.status.rawValue), .at(draft.at), .data(draft.body),
            ], orRefuse: .duplicate(draft))
    }

    /// Moves a message's status if the stored one may advance to it.
    static func advance(_ id: MessageID, to status: MessageStatus) -> Step? {
        advance[status].map { Step($0, [.text(status.rawValue), .id(id)]) }
    }

    func find(_ id: MessageID) throws(SQLFailure) -> MessageRecord? {
        try session.first(Self.findByID, [.id(id)]) { row throws(SQLFailure) in try Self.record(row) }
    }

    /// Those that are there, in the order asked for.
    func find(_ ids: [MessageID]) throws(SQLFailure) -> [MessageRecord] {
        try session.query(Self.findByID, each: ids.map { [.id($0)] }) {
            row throws(SQLFailure) in try Self.record(row)
        }.flatMap { $0 }
    }

    /// Those that are there, in the order asked for.
    func find(at positions: [Int64]) throws(SQLFailure) -> [MessageRecord] {
        try session.query(Self.findByPosition, each: positions.map { [.integer($0)] }) {
            row throws(SQLFailure) in try Self.record(row)
        }.flatMap { $0 }
    }

    func find(integration: IntegrationID, externalID: String) throws(SQLFailure) -> MessageRecord? {
        try session.first(Self.findByExternalID, [.id(integration), .text(externalID)]) {
            row throws(SQLFailure) in try Self.record(row)
        }
    }

    /// What a refused draft repeats.
    func findOriginal(of draft: MessageDraft) throws(SQLFailure) -> MessageRecord? {
        if let externalID = draft.externalID,
            let record = try find(integration: draft.integration, externalID: externalID)
        {
            return record
        }
        return try find(draft.id)
    }

    func listHistory(
        of identity: IdentityID, before: Position?, limit: Int
    ) throws(SQLFailure) -> [MessageRecord] {
        try session.query(
            Self.listHistory, [.id(identity), .integer(before?.value ?? .max), .integer(limit)]
        ) { row throws(SQLFailure) in try Self.record(row) }
    }

    /// The transcript needs no index of its own: a conversation's messages lie between its first and its last event.
    func listTranscript(
        of identity: IdentityID, conversation: ConversationID, before: Position?, limit: Int
    ) throws(SQLFailure) -> [MessageRecord] {
        let stream = StreamID(.conversation, conversation)
        guard let extent = try EventStore(session: session).extent(of: stream) else { return [] }
        let last = min(extent.upperBound.value, (before?.value ?? .max) - 1)
        return try session.query(
            Self.listTranscript,
            [.id(identity), .integer(extent.lowerBound.value), .integer(last), .id(conversation), .integer(limit)]
        ) { row throws(SQLFailure) in try Self.record(row) }
    }

    func count(of identity: IdentityID, since: Instant?) throws(SQLFailure) -> Int {
        let sql = since == nil ? Self.countAll : Self.countSince
        let values: [SQLValue] = since.map { [.id(identity), .at($0)] } ?? [.id(identity)]
        return Int(try session.first(sql, values) { $0.integer(0) } ?? 0)
    }

    /// A message from a row whose message columns begin at `start`.
    static func record(_ row: any SQLRow, from start: Int = 0) throws(SQLFailure) -> MessageRecord {
        let draft = MessageDraft(
            id: try row.id(start + 1), identity: try row.id(start + 2), conversation: try row.id(start + 3),
            communication: try row.id(start + 4), integration: try row.id(start + 5),
            externalID: row.optionalText(start + 6), isInbound: row.flag(start + 7), status: try row.word(start + 8),
            at: row.instant(start + 9), body: row.data(start + 10))
        return MessageRecord(position: Position(row.integer(start)), draft: draft)
    }
}
