import ContactCenter
import Foundation

/// The identity table: how platforms know customers.
struct IdentityStore {
    let session: any SQLSession

    private static let columns = "id, contact, integration, platform_user, conversation, profile"

    // A new identity; nothing if the platform's user has one.
    static let insert: SQL = """
        INSERT INTO identity (id, contact, integration, platform_user, conversation, profile)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        """

    // A known identity; nothing if its conversation is not the expected one.
    static let update: SQL = """
        UPDATE identity SET contact = $1, conversation = $2, profile = $3
        WHERE id = $4 AND (conversation = $5 OR (conversation IS NULL AND $5 IS NULL))
        """

    // Whether an identity's conversation is the expected one.
    static let confirm: SQL = """
        SELECT 1 FROM identity WHERE id = $1 AND (conversation = $2 OR (conversation IS NULL AND $2 IS NULL))
        """

    // One identity.
    static let findByID = SQL(
        """
        SELECT \(columns) FROM identity WHERE id = $1
        """)

    // The identity of a platform's user.
    static let findByUser = SQL(
        """
        SELECT \(columns) FROM identity WHERE integration = $1 AND platform_user = $2
        """)

    /// Inserts or updates, or refuses because another commit came first.
    static func writing(_ write: IdentityWrite) throws(SQLFailure) -> Step {
        switch write {
        case .insert(let identity):
            Step(
                insert,
                [
                    .id(identity.id), .id(identity.contact), .id(identity.integration), .text(identity.platformUser),
                    .id(identity.conversation), .data(try encode(identity.profile)),
                ], orRefuse: .versionConflict)
        case .update(let identity, let expected):
            Step(
                update,
                [
                    .id(identity.contact), .id(identity.conversation), .data(try encode(identity.profile)),
                    .id(identity.id), .id(expected),
                ], orRefuse: .versionConflict)
        case .confirm(let id, let expected):
            Step(confirm, [.id(id), .id(expected)], orRefuse: .versionConflict)
        }
    }

    func find(_ id: IdentityID) throws(SQLFailure) -> ContactIdentity? {
        try session.first(Self.findByID, [.id(id)]) { row throws(SQLFailure) in try Self.record(row) }
    }

    func find(integration: IntegrationID, platformUser: String) throws(SQLFailure) -> ContactIdentity? {
        try session.first(Self.findByUser, [.id(integration), .text(platformUser)]) {
            row throws(SQLFailure) in try Self.record(row)
        }
    }

    private static func record(_ row: any SQLRow) throws(SQLFailure) -> ContactIdentity {
        ContactIdentity(
            id: try row.id(0), contact: try row.id(1), integration: try row.id(2), platformUser: row.text(3),
            profile: try decode(row.data(5)), conversation: try row.optionalID(4))
    }

    private static func encode(_ profile: ContactIdentity.Profile) throws(SQLFailure) -> Data {
        do { return try JSONEncoder().encode(profile) } catch {
            throw SQLFailure(reason: "a profile that is not JSON: \(error)")
        }
    }

    private static func decode(_ data: Data) throws(SQLFailure) -> ContactIdentity.Profile {
        do { return try JSONDecoder().decode(ContactIdentity.Profile.self, from: data) } catch {
            throw SQLFailure(reason: "a stored profile that is not JSON: \(error)")
        }
    }
}
