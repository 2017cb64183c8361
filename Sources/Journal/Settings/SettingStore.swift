import Foundation

/// The setting table: what an installation makes once and keeps.
struct SettingStore {
    let session: any SQLSession

    // A setting, unless it is made already.
    static let insert: SQL = """
        INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
        """

    // One setting.
    static let find: SQL = """
        SELECT value FROM setting WHERE name = $1
        """

    func find(_ name: String, orStore value: Data) throws(SQLFailure) -> Data {
        try session.execute(Self.insert, [.text(name), .data(value)])
        return try session.first(Self.find, [.text(name)]) { $0.data(0) } ?? value
    }
}
