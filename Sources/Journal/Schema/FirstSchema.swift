extension Migration {
    /// Version 1: everything a single contact centre keeps. Released: never edit, append the next migration.
    static let firstSchema = Migration(number: 1, name: "first schema") { dialect in
        [log(dialect), contacts(dialect), work(dialect), configuration(dialect), credentials(dialect)]
            .joined(separator: "\n")
    }

    /// The two rows of a message on the hot path, and the snapshots of streams.
    ///
    /// `message.position` is the position of its event without a foreign key: the one writer makes both, and the
    /// check would cost each message a look-up.
    private static func log(_ dialect: SQLDialect) -> String {
        """
        CREATE TABLE event (
            position \(dialect.positionKey) CHECK (position > 0),
            stream_kind \(dialect.integer) NOT NULL CHECK (stream_kind BETWEEN 1 AND 255),
            stream_key \(dialect.blob) NOT NULL CHECK (length(stream_key) = 16),
            version \(dialect.integer) NOT NULL CHECK (version > 0),
            type \(dialect.text) NOT NULL,
            occurred_at \(dialect.integer) NOT NULL,
            body \(dialect.blob) NOT NULL
        )\(dialect.rowed);
        CREATE UNIQUE INDEX event_stream ON event (stream_kind, stream_key, version);

        CREATE TABLE message (
            position \(dialect.positionKey) CHECK (position > 0),
            id \(dialect.blob) NOT NULL CHECK (length(id) = 16),
            identity \(dialect.blob) NOT NULL CHECK (length(identity) = 16),
            conversation \(dialect.blob) NOT NULL CHECK (length(conversation) = 16),
            communication \(dialect.blob) NOT NULL CHECK (length(communication) = 16),
            integration \(dialect.blob) NOT NULL CHECK (length(integration) = 16),
            external_id \(dialect.text),
            is_inbound \(dialect.integer) NOT NULL CHECK (is_inbound IN (0, 1)),
            status \(dialect.text) NOT NULL CHECK (status IN (
                'received', 'sent', 'queued', 'delivery-success', 'read', 'failed', 'delivery-failed', 'published',
                'removed')),
            occurred_at \(dialect.integer) NOT NULL,
            body \(dialect.blob) NOT NULL
        )\(dialect.rowed);
        CREATE UNIQUE INDEX message_id ON message (id);
        CREATE UNIQUE INDEX message_external_id ON message (integration, external_id) WHERE external_id IS NOT NULL;
        CREATE INDEX message_identity ON message (identity, position);

        CREATE TABLE stream (
            kind \(dialect.integer) NOT NULL CHECK (kind BETWEEN 1 AND 255),
            key \(dialect.blob) NOT NULL CHECK (length(key) = 16),
            version \(dialect.integer) NOT NULL CHECK (version >= 0),
            is_open \(dialect.integer) NOT NULL CHECK (is_open IN (0, 1)),
            contact \(dialect.blob) CHECK (length(contact) = 16),
            started_at \(dialect.integer) NOT NULL,
            snapshot \(dialect.blob) NOT NULL,
            PRIMARY KEY (kind, key)
        )\(dialect.rowed);
        CREATE INDEX stream_open ON stream (kind, key) WHERE is_open = 1;
        CREATE INDEX stream_contact ON stream (contact, kind, started_at, key) WHERE contact IS NOT NULL;

        CREATE TABLE checkpoint (
            follower \(dialect.text) PRIMARY KEY NOT NULL,
            position \(dialect.integer) NOT NULL CHECK (position >= 0)
        )\(dialect.keyed);
        """
    }

    /// Who customers are, and the sessions of web messaging.
    private static func contacts(_ dialect: SQLDialect) -> String {
        """
        CREATE TABLE identity (
            id \(dialect.blob) PRIMARY KEY NOT NULL CHECK (length(id) = 16),
            contact \(dialect.blob) NOT NULL CHECK (length(contact) = 16),
            integration \(dialect.blob) NOT NULL CHECK (length(integration) = 16),
            platform_user \(dialect.text) NOT NULL,
            conversation \(dialect.blob) CHECK (length(conversation) = 16),
            profile \(dialect.blob) NOT NULL
        )\(dialect.keyed);
        CREATE UNIQUE INDEX identity_platform_user ON identity (integration, platform_user);

        CREATE TABLE guest_session (
            token_hash \(dialect.text) PRIMARY KEY NOT NULL,
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            identity \(dialect.blob) NOT NULL REFERENCES identity (id),
            started_at \(dialect.integer) NOT NULL,
            is_read_only \(dialect.integer) NOT NULL CHECK (is_read_only IN (0, 1)),
            cleared_at \(dialect.integer)
        )\(dialect.keyed);
        """
    }

    /// What has to happen later.
    private static func work(_ dialect: SQLDialect) -> String {
        """
        CREATE TABLE timer (
            key \(dialect.text) PRIMARY KEY NOT NULL,
            stream_kind \(dialect.integer) NOT NULL CHECK (stream_kind BETWEEN 1 AND 255),
            stream_key \(dialect.blob) NOT NULL CHECK (length(stream_key) = 16),
            due_at \(dialect.integer) NOT NULL,
            body \(dialect.blob) NOT NULL
        )\(dialect.keyed);
        CREATE INDEX timer_due ON timer (due_at, key);

        CREATE TABLE outbox (
            sequence \(dialect.sequenceKey),
            id \(dialect.blob) NOT NULL UNIQUE CHECK (length(id) = 16),
            lane \(dialect.blob) NOT NULL CHECK (length(lane) = 16),
            integration \(dialect.blob) NOT NULL CHECK (length(integration) = 16),
            message \(dialect.blob) REFERENCES message (id),
            conversation \(dialect.blob) NOT NULL CHECK (length(conversation) = 16),
            due_at \(dialect.integer) NOT NULL,
            attempts \(dialect.integer) NOT NULL CHECK (attempts >= 0),
            error \(dialect.text),
            is_head \(dialect.integer) NOT NULL CHECK (is_head IN (0, 1)),
            is_parked \(dialect.integer) NOT NULL CHECK (is_parked IN (0, 1)),
            body \(dialect.blob) NOT NULL
        )\(dialect.rowed);
        CREATE INDEX outbox_lane ON outbox (lane, sequence);
        CREATE UNIQUE INDEX outbox_head ON outbox (lane) WHERE is_head = 1;
        CREATE INDEX outbox_due ON outbox (due_at, sequence) WHERE is_head = 1 AND is_parked = 0;
        """
    }

    /// What administrators set up.
    private static func configuration(_ dialect: SQLDialect) -> String {
        """
        CREATE TABLE configuration (
            kind \(dialect.text) NOT NULL,
            id \(dialect.text) NOT NULL,
            name \(dialect.text),
            name_key \(dialect.text) CHECK ((name IS NULL) = (name_key IS NULL)),
            version \(dialect.integer) NOT NULL CHECK (version > 0),
            is_deleted \(dialect.integer) NOT NULL CHECK (is_deleted IN (0, 1)),
            created_at \(dialect.integer) NOT NULL,
            modified_at \(dialect.integer) NOT NULL,
            body \(dialect.blob) NOT NULL,
            PRIMARY KEY (kind, id)
        )\(dialect.rowed);
        CREATE UNIQUE INDEX configuration_name ON configuration (kind, name_key)
            WHERE name_key IS NOT NULL AND is_deleted = 0;

        CREATE TABLE setting (
            name \(dialect.text) PRIMARY KEY NOT NULL,
            value \(dialect.blob) NOT NULL
        )\(dialect.keyed);
        """
    }

    /// Tokens of the API, and files of messages.
    private static func credentials(_ dialect: SQLDialect) -> String {
        """
        CREATE TABLE token (
            hash \(dialect.text) PRIMARY KEY NOT NULL,
            kind \(dialect.text) NOT NULL CHECK (length(kind) > 0),
            expires_at \(dialect.integer) NOT NULL,
            client \(dialect.text) NOT NULL,
            user_id \(dialect.blob) CHECK (length(user_id) = 16),
            body \(dialect.blob) NOT NULL
        )\(dialect.keyed);
        CREATE INDEX token_user ON token (user_id) WHERE user_id IS NOT NULL;
        CREATE INDEX token_expiry ON token (expires_at);

        CREATE TABLE media (
            id \(dialect.blob) PRIMARY KEY NOT NULL CHECK (length(id) = 16),
            conversation \(dialect.blob) CHECK (length(conversation) = 16),
            communication \(dialect.blob) CHECK (length(communication) = 16),
            identity \(dialect.blob) CHECK (length(identity) = 16),
            name \(dialect.text) NOT NULL,
            media_type \(dialect.text) NOT NULL,
            bytes_count \(dialect.integer) NOT NULL CHECK (bytes_count >= 0),
            digest \(dialect.text) CHECK (length(digest) = 64),
            status \(dialect.text) NOT NULL CHECK (status IN ('uploading', 'valid', 'invalid')),
            created_at \(dialect.integer) NOT NULL,
            CHECK (status <> 'valid' OR digest IS NOT NULL)
        )\(dialect.keyed);
        """
    }
}
