extension Migration {
    /// Version 5: which blobs the store has, and until when a file may wait for its message. Released: never edit,
    /// append the next migration.
    static let storedBlobs = Migration(number: 5, name: "blobs in the store") { dialect in
        """
        CREATE TABLE stored_blob (
            digest \(dialect.text) PRIMARY KEY NOT NULL CHECK (length(digest) = 64),
            look_at \(dialect.integer),
            removing_at \(dialect.integer)
        )\(dialect.keyed);
        CREATE INDEX stored_blob_look ON stored_blob (look_at) WHERE look_at IS NOT NULL;
        CREATE INDEX stored_blob_removing ON stored_blob (removing_at) WHERE removing_at IS NOT NULL;
        INSERT INTO stored_blob (digest) SELECT DISTINCT digest FROM media WHERE digest IS NOT NULL;

        ALTER TABLE media ADD COLUMN unsent_until \(dialect.integer);
        CREATE INDEX media_unsent ON media (unsent_until) WHERE unsent_until IS NOT NULL;
        CREATE INDEX media_digest ON media (digest) WHERE digest IS NOT NULL;
        """
    }
}
