import ContactCenter
import Foundation

/// The notification_channel table: what clients follow, so that a socket may open on another process than the one that
/// made its channel.
struct NotificationChannelStore {
    let session: any SQLSession

    private static let columns = "id_hash, user_id, client, expires_at, topics"

    // A channel, new or replaced.
    static let save: SQL = """
        INSERT INTO notification_channel (id_hash, owner, user_id, client, expires_at, topics)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id_hash) DO UPDATE SET expires_at = excluded.expires_at, topics = excluded.topics
        """

    // One channel.
    static let find = SQL("SELECT \(columns) FROM notification_channel WHERE id_hash = $1")

    // The channels of one person and client, the first to expire first.
    static let listOfOwner = SQL(
        """
        SELECT \(columns) FROM notification_channel WHERE owner = $1 ORDER BY expires_at, id_hash LIMIT $2
        """)

    // A channel that is over.
    static let delete: SQL = """
        DELETE FROM notification_channel WHERE id_hash = $1
        """

    // The channels of a person whose tokens were revoked.
    static let deleteOfUser: SQL = """
        DELETE FROM notification_channel WHERE user_id = $1
        """

    // Channels whose time is over.
    static let deleteExpired: SQL = """
        DELETE FROM notification_channel WHERE expires_at < $1
        """

    func save(_ channel: NotificationChannelRecord) throws(SQLFailure) {
        let topics: Data
        do { topics = try JSONEncoder().encode(channel.topics) } catch {
            throw SQLFailure(reason: "topics that are not JSON: \(error)")
        }
        try session.execute(
            Self.save,
            [
                .text(channel.idHash), .text(Self.owner(channel.user, channel.client)), .id(channel.user),
                .text(channel.client), .at(channel.expiresAt), .data(topics),
            ])
    }

    func find(idHash: String) throws(SQLFailure) -> NotificationChannelRecord? {
        try session.first(Self.find, [.text(idHash)]) { row throws(SQLFailure) in try Self.record(row) }
    }

    func list(user: UserID?, client: String, limit: Int) throws(SQLFailure) -> [NotificationChannelRecord] {
        try session.query(Self.listOfOwner, [.text(Self.owner(user, client)), .integer(limit)]) {
            row throws(SQLFailure) in try Self.record(row)
        }
    }

    func delete(idHash: String) throws(SQLFailure) { try session.execute(Self.delete, [.text(idHash)]) }

    func delete(user: UserID) throws(SQLFailure) { try session.execute(Self.deleteOfUser, [.id(user)]) }

    func delete(expiredBy instant: Instant) throws(SQLFailure) -> Int {
        try session.execute(Self.deleteExpired, [.at(instant)])
    }

    private static func owner(_ user: UserID?, _ client: String) -> String {
        "\(user?.description ?? "")/\(client)"
    }

    private static func record(_ row: any SQLRow) throws(SQLFailure) -> NotificationChannelRecord {
        let topics: [String]
        do { topics = try JSONDecoder().decode([String].self, from: row.data(4)) } catch {
            throw SQLFailure(reason: "stored topics that are not JSON: \(error)")
        }
        return NotificationChannelRecord(
            idHash: row.text(0), user: try row.optionalID(1), client: row.text(2), expiresAt: row.instant(3),
            topics: topics)
    }
}
