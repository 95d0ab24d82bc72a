-- Work that a publication left out, found by the instant it is of; and people's asking for it. Nearly all
-- decisions leave nothing out, and cost this index nothing.
ALTER TABLE decision ADD COLUMN left_out INTEGER;
UPDATE decision SET left_out = 1 WHERE result LIKE '%"outcome":"state_only"%';
CREATE INDEX decision_left_out ON decision (at, customer_id, id)
    WHERE left_out IS NOT NULL AND voided_at IS NULL;

CREATE TABLE issue (
    id               BLOB NOT NULL PRIMARY KEY,
    plugin_id        TEXT NOT NULL,
    draft_id         BLOB,
    settings_version INTEGER NOT NULL,
    request          TEXT NOT NULL,
    counted          TEXT NOT NULL,
    state            TEXT NOT NULL,
    problem          TEXT,
    next_at          INTEGER NOT NULL,
    walk             TEXT NOT NULL,
    version          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    created_by       BLOB,
    changed_at       INTEGER NOT NULL,
    changed_by       BLOB
) STRICT;
-- One at a time for each plugin, so that none is faster than its pace says.
CREATE UNIQUE INDEX issue_under_way ON issue (plugin_id) WHERE state IN ('running', 'paused');

CREATE TABLE issued (
    customer_id BLOB NOT NULL,
    issue_id    BLOB NOT NULL,
    plugin_id   TEXT NOT NULL,
    sort        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    fate        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (customer_id, issue_id, plugin_id, sort, kind, key)
) STRICT;
CREATE INDEX issued_issue ON issued (issue_id, plugin_id, sort, kind, fate);
