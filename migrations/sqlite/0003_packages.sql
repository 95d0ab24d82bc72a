-- Packed plugins as they were installed. Settings, and through them decisions, name what ran by its
-- hash, so a row is never changed and never removed.

CREATE TABLE plugin_package (
    plugin_id     TEXT NOT NULL,
    hash          BLOB NOT NULL,
    version       TEXT NOT NULL,
    file_hash     BLOB NOT NULL,
    publisher     TEXT,
    publisher_key TEXT,
    installed_at  INTEGER NOT NULL,
    installed_by  BLOB,
    file          BLOB NOT NULL,
    PRIMARY KEY (plugin_id, hash)
) STRICT;
-- A version has one content for ever.
CREATE UNIQUE INDEX plugin_package_version ON plugin_package (plugin_id, version);
