-- Long questions, asked once and answered later: any process may be asked how far one is.

CREATE TABLE job (
    id         UUID NOT NULL PRIMARY KEY,
    kind       TEXT COLLATE "C" NOT NULL,
    request    TEXT NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    done       BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID,
    updated_at BIGINT NOT NULL,
    result     TEXT
);
