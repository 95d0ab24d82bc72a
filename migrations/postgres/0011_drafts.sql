-- Changes of a plugin that are prepared, tried in some stores and put in force, and what became of each.

CREATE TABLE draft (
    id               UUID NOT NULL PRIMARY KEY,
    plugin_id        TEXT COLLATE "C" NOT NULL,
    title            TEXT NOT NULL,
    changes          TEXT NOT NULL,
    state            TEXT COLLATE "C" NOT NULL,
    base             BIGINT NOT NULL,
    settings_version BIGINT,
    in_force_from    BIGINT,
    scheduled_at     BIGINT,
    scheduled_units  TEXT,
    problem          TEXT,
    version          BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    created_by       UUID,
    changed_at       BIGINT NOT NULL,
    changed_by       UUID
);
CREATE INDEX draft_scheduled ON draft (scheduled_at) WHERE scheduled_at IS NOT NULL;
