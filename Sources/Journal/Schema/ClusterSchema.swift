extension Migration {
    /// Version 2: several processes on one database share the work. Released: never edit, append the next migration.
    static let cluster = Migration(number: 2, name: "cluster") { dialect in
        [leases(dialect), partitions(dialect), channels(dialect)].joined(separator: "\n")
    }

    /// Who may do what nobody else may do at the same time.
    private static func leases(_ dialect: SQLDialect) -> String {
        """
        CREATE TABLE lease (
            name \(dialect.text) PRIMARY KEY NOT NULL,
            owner \(dialect.text) NOT NULL,
            token \(dialect.integer) NOT NULL CHECK (token > 0),
            expires_at \(dialect.integer) NOT NULL
        )\(dialect.keyed);
        """
    }

    /// Timers and outbox in sixteen parts, by the last four bits of stream and lane.
    private static func partitions(_ dialect: SQLDialect) -> String {
        """
        ALTER TABLE timer ADD COLUMN part \(dialect.integer) NOT NULL DEFAULT 0 CHECK (part BETWEEN 0 AND 15);
        UPDATE timer SET part = \(dialect.lastNibble("stream_key"));
        DROP INDEX timer_due;
        CREATE INDEX timer_due ON timer (part, due_at, key);

        ALTER TABLE outbox ADD COLUMN part \(dialect.integer) NOT NULL DEFAULT 0 CHECK (part BETWEEN 0 AND 15);
        UPDATE outbox SET part = \(dialect.lastNibble("lane"));
        DROP INDEX outbox_due;
        CREATE INDEX outbox_due ON outbox (part, due_at, sequence) WHERE is_head = 1 AND is_parked = 0;
        """
    }

    /// What clients follow, for a socket that opens elsewhere than where its channel was made.
    private static func channels(_ dialect: SQLDialect) -> String {
        """
        CREATE TABLE notification_channel (
            id_hash \(dialect.text) PRIMARY KEY NOT NULL,
            owner \(dialect.text) NOT NULL,
            user_id \(dialect.blob) CHECK (length(user_id) = 16),
            client \(dialect.text) NOT NULL,
            expires_at \(dialect.integer) NOT NULL,
            topics \(dialect.blob) NOT NULL
        )\(dialect.keyed);
        CREATE INDEX notification_channel_owner ON notification_channel (owner, expires_at, id_hash);
        CREATE INDEX notification_channel_user ON notification_channel (user_id) WHERE user_id IS NOT NULL;
        CREATE INDEX notification_channel_expiry ON notification_channel (expires_at);
        """
    }
}
