import ContactCenter

/// The index of messages by their tokens. It follows the log; its checkpoint is written with it.
struct SearchStore {
    let session: any SQLSession
    let dialect: SQLDialect

    /// The name of its checkpoint.
    static let follower = "search"
    /// Positions of one bucket: what a word that is in every message costs at least.
    static let bucketPositions: Int64 = 16_384
    /// Buckets of one query at most; a query begins with few and takes four times as many when it found too little.
    static let bucketsMax: Int64 = 64
    static let bucketsFirst: Int64 = 2
    /// A walk that took longer gives what it has, and where to go on.
    static let walkMax = Duration.milliseconds(300)
    /// After a query that took longer the next one is no wider: words that are frequent, but not together.
    static let queryMax = Duration.milliseconds(40)

    static func bucket(of position: Int64) -> Int64 { position / bucketPositions }

    /// Adds what the index does not have yet, and notes how far it is.
    func index(_ entries: [SearchEntry], through position: Position) throws(SQLFailure) {
        let checkpoints = CheckpointStore(session: session)
        let done = try checkpoints.find(Self.follower)
        guard position > done else { return }
        let steps = entries.filter { $0.position > done && !$0.tokens.isEmpty }.map { entry in
            let text = dialect.search.indexed(entry.tokens, entry.position.value)
            return Step(dialect.search.insert, [.integer(entry.position.value), .text(text)])
        }
        _ = try session.run(steps)
        try checkpoints.save(position, of: Self.follower)
    }

    /// Positions of messages that have all tokens, newest first, and where to go on if there may be more.
    func find(
        _ tokens: [String], before: Position?, limit: Int
    ) throws(SQLFailure) -> (positions: [Int64], next: Position?) {
        let end = try CheckpointStore(session: session).find(Self.follower).value
        var high = min(end, (before?.value ?? .max) - 1)
        var found: [Int64] = []
        var width = Self.bucketsFirst
        let startedAt = ContinuousClock.now
        while high > 0 {
            let newest = Self.bucket(of: high)
            let oldest = max(newest - width + 1, 0)
            let low = oldest * Self.bucketPositions - 1
            let askedAt = ContinuousClock.now
            let query = dialect.search.query(tokens, oldest...newest)
            found += try session.query(
                dialect.search.find,
                [.text(query), .integer(low), .integer(high), .integer(limit - found.count)]
            ) { $0.integer(0) }
            if found.count >= limit { return (found, found.last.map(Position.init)) }
            high = low
            let now = ContinuousClock.now
            if now - askedAt < Self.queryMax { width = min(width * 4, Self.bucketsMax) }
            if now - startedAt > Self.walkMax, high > 0 { return (found, Position(high + 1)) }
        }
        return (found, nil)
    }

    // What a copy of the tables without the index needs: the follower begins again.
    static let rewind = SQL("UPDATE checkpoint SET position = 0 WHERE follower = '\(follower)'")

    /// Forgets everything; the follower fills it again from the beginning of the log.
    func clear() throws(SQLFailure) {
        try session.execute(dialect.search.clear, [])
        try session.execute(Self.rewind, [])
    }
}

extension SQLJournal {
    public var isSearchable: Bool { true }

    /// Candidates of one page.
    static let searchRowsMax = 200

    public func indexForSearch(_ entries: [SearchEntry], through position: Position) async throws(JournalError) {
        try await writer.work { [dialect = engine.dialect] session throws(SQLFailure) in
            try SearchStore(session: session, dialect: dialect).index(entries, through: position)
        }
    }

    public func searchPosition() async throws(JournalError) -> Position {
        try await checkpoint(of: SearchStore.follower)
    }

    public func searchMessages(
        _ tokens: [String], before: Position?, limit: Int
    ) async throws(JournalError) -> SearchPage {
        guard !tokens.isEmpty else { return SearchPage(messages: [], next: nil) }
        let limit = min(max(limit, 1), Self.searchRowsMax)
        return try await read { [dialect = engine.dialect] session throws(SQLFailure) in
            let (positions, next) = try SearchStore(session: session, dialect: dialect)
                .find(tokens, before: before, limit: limit)
            return SearchPage(messages: try MessageStore(session: session).find(at: positions), next: next)
        }
    }

    public func clearSearch() async throws(JournalError) {
        try await writer.work { [dialect = engine.dialect] session throws(SQLFailure) in
            try SearchStore(session: session, dialect: dialect).clear()
        }
    }
}
