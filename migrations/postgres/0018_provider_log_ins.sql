-- People who log in by the chain's own identity provider: whom it means, and who is on the way. An empty
-- password is none.

CREATE TABLE provider_log_in (
    hash       BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX provider_log_in_expires ON provider_log_in (expires_at);

ALTER TABLE staff ADD COLUMN issuer TEXT;
ALTER TABLE staff ADD COLUMN subject TEXT;
CREATE UNIQUE INDEX staff_subject ON staff (subject, issuer) WHERE subject IS NOT NULL;

ALTER TABLE session ADD COLUMN by_provider BIGINT NOT NULL DEFAULT 0;
