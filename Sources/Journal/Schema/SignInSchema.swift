extension Migration {
    /// Version 7: customers who sign in to the messenger. Released: never edit, append the next migration.
    static let signIns = Migration(number: 7, name: "sign-ins of guests") { dialect in
        """
        CREATE TABLE guest_subject (
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            subject \(dialect.text) NOT NULL,
            platform_user \(dialect.text),
            generation \(dialect.integer) NOT NULL CHECK (generation >= 0),
            PRIMARY KEY (deployment, subject)
        )\(dialect.keyed);
        CREATE UNIQUE INDEX guest_subject_user ON guest_subject (deployment, platform_user)
            WHERE platform_user IS NOT NULL;
        CREATE TABLE guest_sign_in (
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            token_hash \(dialect.text) NOT NULL,
            subject \(dialect.text) NOT NULL,
            expires_at \(dialect.integer) NOT NULL,
            PRIMARY KEY (deployment, token_hash)
        )\(dialect.keyed);
        CREATE INDEX guest_sign_in_expiry ON guest_sign_in (expires_at);
        CREATE TABLE guest_refresh (
            hash \(dialect.text) PRIMARY KEY,
            deployment \(dialect.blob) NOT NULL CHECK (length(deployment) = 16),
            subject \(dialect.text) NOT NULL,
            expires_at \(dialect.integer) NOT NULL,
            body \(dialect.blob) NOT NULL
        )\(dialect.keyed);
        CREATE INDEX guest_refresh_subject ON guest_refresh (deployment, subject);
        CREATE INDEX guest_refresh_expiry ON guest_refresh (expires_at);
        """
    }
}
