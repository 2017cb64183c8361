extension Migration {
    /// Version 8: what customers did before they wrote. Released: never edit, append the next migration.
    static let journeys = Migration(number: 8, name: "journeys") { dialect in
        """
        CREATE TABLE journey_session (
            id \(dialect.blob) PRIMARY KEY NOT NULL CHECK (length(id) = 16),
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            customer \(dialect.text) NOT NULL,
            kind \(dialect.text) NOT NULL CHECK (kind IN ('web', 'app')),
            started_at \(dialect.integer) NOT NULL,
            last_at \(dialect.integer) NOT NULL,
            events_count \(dialect.integer) NOT NULL CHECK (events_count >= 0),
            views_count \(dialect.integer) NOT NULL CHECK (views_count >= 0),
            first \(dialect.blob) NOT NULL,
            latest \(dialect.blob) NOT NULL
        )\(dialect.keyed);
        CREATE INDEX journey_session_customer ON journey_session (deployment, customer, kind, last_at);
        CREATE INDEX journey_session_end ON journey_session (last_at);

        CREATE TABLE journey_event (
            session \(dialect.blob) NOT NULL REFERENCES journey_session (id),
            sequence \(dialect.integer) NOT NULL CHECK (sequence > 0),
            id \(dialect.blob) NOT NULL CHECK (length(id) = 16),
            name \(dialect.text) NOT NULL,
            occurred_at \(dialect.integer) NOT NULL,
            body \(dialect.blob) NOT NULL,
            PRIMARY KEY (session, sequence)
        )\(dialect.keyed);
        """
    }
}
