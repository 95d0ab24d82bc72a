-- Reference tables as they were put. Settings name them by their hash, so a row is never changed and
-- never removed.

CREATE TABLE plugin_table (
    plugin_id  TEXT NOT NULL,
    hash       BLOB NOT NULL,
    content    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (plugin_id, hash)
) STRICT;
