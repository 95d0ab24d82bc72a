-- Who did what to which record. A row is written with the change it tells of, without number and hash;
-- it is then sealed: it gets the next number and a hash over itself and the row before. Nothing of it
-- is changed afterwards, but for salt, before and after, which may be emptied: the chain covers only
-- their hash.

CREATE TABLE audit (
    id           BLOB NOT NULL PRIMARY KEY,
    at           INTEGER NOT NULL,
    actor_id     BLOB,
    actor_name   TEXT NOT NULL,
    actor_role   TEXT NOT NULL,
    origin       TEXT NOT NULL,
    request_id   BLOB,
    action       TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    record       TEXT NOT NULL,
    customer_id  BLOB,
    content_hash BLOB NOT NULL,
    salt         BLOB,
    before       TEXT,
    after        TEXT,
    number       INTEGER,
    hash         BLOB
) STRICT;
-- Two that seal at once can not give one number twice; and what has none is found by it.
CREATE UNIQUE INDEX audit_number ON audit (number);
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_record ON audit (record, id);
CREATE INDEX audit_customer ON audit (customer_id, id) WHERE customer_id IS NOT NULL;
