-- People who work for the chain, and who is logged in: they, and customers by a token of the shop's.

CREATE TABLE staff (
    id              BLOB NOT NULL PRIMARY KEY,
    login           TEXT NOT NULL,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL,
    units           TEXT NOT NULL,
    password        TEXT NOT NULL,
    must_change     INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    disabled_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX staff_login ON staff (login);

CREATE TABLE session (
    hash         BLOB NOT NULL PRIMARY KEY,
    id           BLOB NOT NULL,
    staff_id     BLOB,
    customer_id  BLOB,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    address      TEXT,
    agent        TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX session_id ON session (id);
CREATE INDEX session_staff ON session (staff_id) WHERE staff_id IS NOT NULL;
