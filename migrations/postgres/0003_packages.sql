-- Packed plugins as they were installed. Settings, and through them decisions, name what ran by its
-- hash, so a row is never changed and never removed.

CREATE TABLE plugin_package (
    plugin_id     TEXT COLLATE "C" NOT NULL,
    hash          BYTEA NOT NULL,
    version       TEXT COLLATE "C" NOT NULL,
    file_hash     BYTEA NOT NULL,
    publisher     TEXT COLLATE "C",
    publisher_key TEXT COLLATE "C",
    installed_at  BIGINT NOT NULL,
    installed_by  UUID,
    file          BYTEA NOT NULL,
    PRIMARY KEY (plugin_id, hash)
);
-- A version has one content for ever.
CREATE UNIQUE INDEX plugin_package_version ON plugin_package (plugin_id, version);
