-- Changes of a plugin that are prepared, tried in some stores and put in force, and what became of each.

CREATE TABLE draft (
    id               BLOB NOT NULL PRIMARY KEY,
    plugin_id        TEXT NOT NULL,
    title            TEXT NOT NULL,
    changes          TEXT NOT NULL,
    state            TEXT NOT NULL,
    base             INTEGER NOT NULL,
    settings_version INTEGER,
    in_force_from    INTEGER,
    scheduled_at     INTEGER,
    scheduled_units  TEXT,
    problem          TEXT,
    version          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    created_by       BLOB,
    changed_at       INTEGER NOT NULL,
    changed_by       BLOB
) STRICT;
CREATE INDEX draft_scheduled ON draft (scheduled_at) WHERE scheduled_at IS NOT NULL;
