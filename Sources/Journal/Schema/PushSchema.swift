extension Migration {
    /// Version 6: devices of guests, and the notifications that wait for them. Released: never edit, append the next
    /// migration.
    static let push = Migration(number: 6, name: "devices of guests") { dialect in
        """
        CREATE TABLE push_device (
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            token_hash \(dialect.text) NOT NULL,
            id \(dialect.blob) NOT NULL UNIQUE CHECK (length(id) = 16),
            platform_user \(dialect.text) NOT NULL,
            device_token \(dialect.text) NOT NULL CHECK (length(device_token) > 0),
            service \(dialect.text) NOT NULL CHECK (service IN ('APNS', 'FCM')),
            language \(dialect.text) NOT NULL,
            kind \(dialect.text) NOT NULL,
            registered_at \(dialect.integer) NOT NULL,
            expires_at \(dialect.integer) NOT NULL,
            PRIMARY KEY (deployment, token_hash)
        )\(dialect.keyed);
        CREATE INDEX push_device_guest ON push_device (deployment, platform_user, registered_at);
        CREATE INDEX push_device_expiry ON push_device (expires_at);

        CREATE TABLE push_session (
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            token_hash \(dialect.text) NOT NULL,
            platform_user \(dialect.text) NOT NULL,
            expires_at \(dialect.integer) NOT NULL,
            PRIMARY KEY (deployment, token_hash)
        )\(dialect.keyed);
        CREATE INDEX push_session_expiry ON push_session (expires_at);

        CREATE TABLE push_delivery (
            device \(dialect.blob) NOT NULL REFERENCES push_device (id),
            position \(dialect.integer) NOT NULL CHECK (position > 0),
            message \(dialect.blob) NOT NULL CHECK (length(message) = 16),
            conversation \(dialect.blob) NOT NULL CHECK (length(conversation) = 16),
            occurred_at \(dialect.integer) NOT NULL,
            due_at \(dialect.integer) NOT NULL,
            attempts \(dialect.integer) NOT NULL CHECK (attempts >= 0),
            PRIMARY KEY (device, position)
        )\(dialect.keyed);
        CREATE INDEX push_delivery_due ON push_delivery (due_at, position);
        """
    }
}
