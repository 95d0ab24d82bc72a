-- Reference tables as they were put. Settings name them by their hash, so a row is never changed and
-- never removed.

CREATE TABLE plugin_table (
    plugin_id  TEXT COLLATE "C" NOT NULL,
    hash       BYTEA NOT NULL,
    content    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, hash)
);
