-- People who work for the chain, and who is logged in: they, and customers by a token of the shop's.

CREATE TABLE staff (
    id              UUID NOT NULL PRIMARY KEY,
    login           TEXT COLLATE "C" NOT NULL,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL,
    units           TEXT NOT NULL,
    password        TEXT NOT NULL,
    must_change     BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    disabled_at     BIGINT
);
CREATE UNIQUE INDEX staff_login ON staff (login);

CREATE TABLE session (
    hash         BYTEA NOT NULL PRIMARY KEY,
    id           UUID NOT NULL,
    staff_id     UUID,
    customer_id  UUID,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    address      TEXT,
    agent        TEXT
);
CREATE UNIQUE INDEX session_id ON session (id);
CREATE INDEX session_staff ON session (staff_id) WHERE staff_id IS NOT NULL;
