-- Work that a publication left out, found by the instant it is of; and people's asking for it. Nearly all
-- decisions leave nothing out, and cost this index nothing.
ALTER TABLE decision ADD COLUMN left_out BIGINT;
UPDATE decision SET left_out = 1 WHERE result LIKE '%"outcome":"state_only"%';
CREATE INDEX decision_left_out ON decision (at, customer_id, id)
    WHERE left_out IS NOT NULL AND voided_at IS NULL;

CREATE TABLE issue (
    id               UUID NOT NULL PRIMARY KEY,
    plugin_id        TEXT COLLATE "C" NOT NULL,
    draft_id         UUID,
    settings_version BIGINT NOT NULL,
    request          TEXT NOT NULL,
    counted          TEXT NOT NULL,
    state            TEXT COLLATE "C" NOT NULL,
    problem          TEXT,
    next_at          BIGINT NOT NULL,
    walk             TEXT NOT NULL,
    version          BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    created_by       UUID,
    changed_at       BIGINT NOT NULL,
    changed_by       UUID
);
-- One at a time for each plugin, so that none is faster than its pace says.
CREATE UNIQUE INDEX issue_under_way ON issue (plugin_id) WHERE state IN ('running', 'paused');

CREATE TABLE issued (
    customer_id UUID NOT NULL,
    issue_id    UUID NOT NULL,
    plugin_id   TEXT COLLATE "C" NOT NULL,
    sort        TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    fate        TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (customer_id, issue_id, plugin_id, sort, kind, key)
);
CREATE INDEX issued_issue ON issued (issue_id, plugin_id, sort, kind, fate);
