extension Migration {
    /// Version 4: files that guests upload before they send them. Released: never edit, append the next migration.
    static let attachments = Migration(number: 4, name: "attachments of guests") { dialect in
        """
        CREATE TABLE guest_attachment (
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            platform_user \(dialect.text) NOT NULL,
            attachment \(dialect.text) NOT NULL,
            media \(dialect.blob) NOT NULL UNIQUE CHECK (length(media) = 16),
            name \(dialect.text) NOT NULL,
            media_type \(dialect.text) NOT NULL,
            bytes_count \(dialect.integer) NOT NULL CHECK (bytes_count > 0),
            md5 \(dialect.text),
            state \(dialect.text) NOT NULL CHECK (state IN ('waiting', 'stored', 'failed', 'expired', 'sent')),
            expires_at \(dialect.integer),
            PRIMARY KEY (deployment, platform_user, attachment),
            CHECK ((state = 'sent') = (expires_at IS NULL))
        )\(dialect.keyed);
        CREATE INDEX guest_attachment_expiry ON guest_attachment (expires_at) WHERE expires_at IS NOT NULL;
        """
    }
}
