-- Who did what to which record. A row is written with the change it tells of, without number and hash;
-- it is then sealed: it gets the next number and a hash over itself and the row before. Nothing of it
-- is changed afterwards, but for salt, before and after, which may be emptied: the chain covers only
-- their hash.

CREATE TABLE audit (
    id           UUID NOT NULL PRIMARY KEY,
    at           BIGINT NOT NULL,
    actor_id     UUID,
    actor_name   TEXT COLLATE "C" NOT NULL,
    actor_role   TEXT COLLATE "C" NOT NULL,
    origin       TEXT COLLATE "C" NOT NULL,
    request_id   UUID,
    action       TEXT COLLATE "C" NOT NULL,
    outcome      TEXT COLLATE "C" NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    record       TEXT COLLATE "C" NOT NULL,
    customer_id  UUID,
    content_hash BYTEA NOT NULL,
    salt         BYTEA,
    before       TEXT COLLATE "C",
    after        TEXT COLLATE "C",
    number       BIGINT,
    hash         BYTEA
);
-- Two that seal at once can not give one number twice; and what has none is found by it.
CREATE UNIQUE INDEX audit_number ON audit (number);
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_record ON audit (record, id);
CREATE INDEX audit_customer ON audit (customer_id, id) WHERE customer_id IS NOT NULL;
