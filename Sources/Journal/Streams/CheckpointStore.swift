import ContactCenter

/// How far each follower has come.
struct CheckpointStore {
    let session: any SQLSession

    // One checkpoint.
    static let find: SQL = """
        SELECT position FROM checkpoint WHERE follower = $1
        """

    // A checkpoint, new or replaced.
    static let save: SQL = """
        INSERT INTO checkpoint (follower, position) VALUES ($1, $2)
        ON CONFLICT (follower) DO UPDATE SET position = excluded.position
        """

    func find(_ follower: String) throws(SQLFailure) -> Position {
        try session.first(Self.find, [.text(follower)]) { Position($0.integer(0)) } ?? .start
    }

    func save(_ position: Position, of follower: String) throws(SQLFailure) {
        try session.execute(Self.save, [.text(follower), .integer(position.value)])
    }
}
