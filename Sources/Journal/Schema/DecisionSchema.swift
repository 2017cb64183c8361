extension Migration {
    /// Version 9: what routing decided, and why. Released: never edit, append the next migration.
    static let decisions = Migration(number: 9, name: "decisions of routing") { dialect in
        """
        CREATE TABLE routing_decision (
            conversation \(dialect.blob) NOT NULL CHECK (length(conversation) = 16),
            id \(dialect.blob) NOT NULL CHECK (length(id) = 16),
            outcome \(dialect.text) NOT NULL CHECK (outcome IN ('assigned', 'nobody')),
            participant \(dialect.blob) CHECK (participant IS NULL OR length(participant) = 16),
            decided_at \(dialect.integer) NOT NULL,
            last_at \(dialect.integer) NOT NULL CHECK (last_at >= decided_at),
            times_count \(dialect.integer) NOT NULL CHECK (times_count > 0),
            body \(dialect.blob) NOT NULL,
            PRIMARY KEY (conversation, id),
            CHECK (outcome = 'assigned' OR participant IS NULL)
        )\(dialect.keyed);
        CREATE INDEX routing_decision_age ON routing_decision (last_at);
        """
    }
}
