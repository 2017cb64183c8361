import ContactCenter
import Foundation

/// The configuration table: versioned rows with the field names of the API.
struct ConfigurationStore {
    let session: any SQLSession

    // Whether no other live row of the kind has the name.
    static let confirmName: SQL = """
        SELECT 1 WHERE NOT EXISTS (
            SELECT 1 FROM configuration WHERE kind = $1 AND name_key = $2 AND is_deleted = 0 AND id <> $3)
        """

    // A new row; nothing if there is one.
    static let insert: SQL = """
        INSERT INTO configuration (kind, id, name, name_key, version, is_deleted, created_at, modified_at, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (kind, id) DO NOTHING
        """

    // The next version of a row; nothing if it is not at the one before.
    static let update: SQL = """
        UPDATE configuration SET
            name = $1, name_key = $2, version = $3, is_deleted = $4, created_at = $5, modified_at = $6, body = $7
        WHERE kind = $8 AND id = $9 AND version = $3 - 1
        """

    // All that is live.
    static let listLive: SQL = """
        SELECT kind, id, name, version, is_deleted, created_at, modified_at, body
        FROM configuration WHERE is_deleted = 0
        ORDER BY kind, id
        """

    // One row, live or not.
    static let find: SQL = """
        SELECT kind, id, name, version, is_deleted, created_at, modified_at, body
        FROM configuration WHERE kind = $1 AND id = $2
        """

    /// The steps of a row; refuses another version or a name that is taken.
    static func saving(_ record: ConfigurationRecord) -> [Step] {
        var steps: [Step] = []
        if let name = record.name, !record.isDeleted {
            steps.append(
                Step(
                    confirmName, [.text(record.kind), .text(key(of: name)), .text(record.id)],
                    orRefuse: .nameTaken(kind: record.kind, name: name)))
        }
        let key: [SQLValue] = [.text(record.kind), .text(record.id)]
        let content: [SQLValue] = [
            .text(record.name), .text(record.name.map(Self.key)), .integer(record.version), .flag(record.isDeleted),
            .at(record.createdAt), .at(record.modifiedAt), .data(record.body),
        ]
        steps.append(
            record.version == 1
                ? Step(insert, key + content, orRefuse: .versionConflict)
                : Step(update, content + key, orRefuse: .versionConflict))
        return steps
    }

    /// Two names that differ in case or in blanks around them are one name to people.
    static func key(of name: String) -> String {
        name.trimmingCharacters(in: .whitespacesAndNewlines).lowercased().precomposedStringWithCanonicalMapping
    }

    func listLive() throws(SQLFailure) -> [ConfigurationRecord] {
        try session.query(Self.listLive, [], Self.record)
    }

    func find(kind: String, id: String) throws(SQLFailure) -> ConfigurationRecord? {
        try session.first(Self.find, [.text(kind), .text(id)], Self.record)
    }

    private static func record(_ row: any SQLRow) -> ConfigurationRecord {
        ConfigurationRecord(
            kind: row.text(0), id: row.text(1), name: row.optionalText(2), version: row.integer(3),
            isDeleted: row.flag(4), createdAt: row.instant(5), modifiedAt: row.instant(6), body: row.data(7))
    }
}
