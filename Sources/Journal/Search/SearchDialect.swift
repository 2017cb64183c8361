/// What differs between the engines in searching: the one has FTS5, the other text vectors with GIN.
struct SearchDialect: Sendable {
    /// Makes the index.
    let schema: String
    /// Adds a message: position, and its tokens as `indexed` writes them. Again is no difference.
    let insert: SQL
    /// Positions of messages in a window, newest first: query, after, up to, at most.
    let find: SQL
    /// Empties the index.
    let clear: SQL
    /// The tokens of a message for `insert`.
    let indexed: @Sendable (_ tokens: [String], _ position: Int64) -> String
    /// All of these tokens for `find`, in some buckets of positions.
    let query: @Sendable (_ tokens: [String], _ buckets: ClosedRange<Int64>) -> String

    /// Without its own text and without places in it: the text is in the message, and is looked at anyway. The
    /// tokenizer parts at ASCII's spaces only, so tokens stay what they are. Reads newest first without sorting.
    static let fts5 = SearchDialect(
        schema: """
            CREATE VIRTUAL TABLE message_search USING fts5(
                tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
            """,
        insert: "INSERT INTO message_search (rowid, tokens) VALUES ($1, $2)",
        find: """
            SELECT rowid FROM message_search
            WHERE message_search MATCH $1 AND rowid > $2 AND rowid <= $3
            ORDER BY rowid DESC LIMIT $4
            """,
        clear: "INSERT INTO message_search (message_search) VALUES ('delete-all')",
        indexed: { tokens, _ in tokens.joined(separator: " ") },
        query: { tokens, _ in tokens.map { "\"\($0)\"" }.joined(separator: " ") })

    /// GIN answers with all that it has of a token at once, and a word that is in every message is in millions. So a
    /// token is kept with the bucket of its position in front, and asked for bucket by bucket, from the newest on, each
    /// bucket with a query of its own: joined with OR, every candidate is held against all of them, and all buckets are
    /// read where the newest would do.
    static let gin = SearchDialect(
        schema: """
            CREATE TABLE message_search (position BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL);
            CREATE INDEX message_search_tokens ON message_search USING gin (tokens) WITH (gin_pending_list_limit = 256);
            """,
        insert: """
            INSERT INTO message_search (position, tokens) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))
            ON CONFLICT DO NOTHING
            """,
        // The index is asked first whatever the planner thinks of a token that it cannot know: walking the positions
        // backwards instead would read everything for a rare one. Parts come newest first, each in order, and the next
        // one is not asked when the limit is reached.
        find: """
            SELECT found.position
            FROM unnest(string_to_array(CAST($1 AS text), E'\\n')) AS part (query)
            CROSS JOIN LATERAL (
                WITH hit AS MATERIALIZED (
                    SELECT position FROM message_search WHERE tokens @@ CAST(part.query AS tsquery))
                SELECT position FROM hit WHERE position > $2 AND position <= $3 ORDER BY position DESC LIMIT $4) found
            LIMIT $4
            """,
        clear: "DELETE FROM message_search",
        indexed: { tokens, position in
            let bucket = SearchStore.bucket(of: position)
            return tokens.map { "\(bucket):\($0)" }.joined(separator: " ")
        },
        query: { tokens, buckets in
            buckets.reversed().map { bucket in
                tokens.map { "'\(bucket):\($0)'" }.joined(separator: "&")
            }.joined(separator: "\n")
        })
}

extension Migration {
    /// Version 3: messages are found by their words. Released: never edit, append the next migration.
    static let search = Migration(number: 3, name: "search") { $0.search.schema }
}
