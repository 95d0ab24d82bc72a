-- Long questions, asked once and answered later: any process may be asked how far one is.

CREATE TABLE job (
    id         BLOB NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    request    TEXT NOT NULL,
    state      TEXT NOT NULL,
    done       INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    updated_at INTEGER NOT NULL,
    result     TEXT
) STRICT;
