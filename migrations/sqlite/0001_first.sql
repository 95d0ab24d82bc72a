-- The first schema. Instants are microseconds since 1970 in UTC; JSON is text; hashes are SHA-256.
-- Text is compared by bytes on both engines, so that the order of the log is the same everywhere.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- epoch: rules may answer otherwise; revision: anything configured has changed.
INSERT INTO meta (key, value) VALUES ('epoch', 0), ('revision', 0);

CREATE TABLE unit (
    id          BLOB NOT NULL PRIMARY KEY,
    code        TEXT NOT NULL,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    parent_id   BLOB,
    time_zone   TEXT NOT NULL,
    currency    TEXT NOT NULL,
    cutoff_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX unit_code ON unit (code);

CREATE TABLE api_key (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    key_hash   BLOB NOT NULL,
    unit_id    BLOB,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_hash ON api_key (key_hash);

CREATE TABLE plugin (
    id            TEXT NOT NULL PRIMARY KEY,
    version       TEXT NOT NULL,
    hash          BLOB NOT NULL,
    manifest      TEXT NOT NULL,
    enabled       INTEGER NOT NULL,
    units         TEXT NOT NULL,
    in_force_from INTEGER NOT NULL,
    epoch         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE plugin_settings (
    plugin_id     TEXT NOT NULL,
    version       INTEGER NOT NULL,
    settings      TEXT NOT NULL,
    in_force_from INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    created_by    BLOB,
    epoch         INTEGER NOT NULL,
    PRIMARY KEY (plugin_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE field_schema (
    entity     TEXT NOT NULL,
    namespace  TEXT NOT NULL,
    version    INTEGER NOT NULL,
    schema     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (entity, namespace, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    id              BLOB NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL,
    profile_version INTEGER NOT NULL,
    epoch           INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    decided_through INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    home_unit_id    BLOB,
    assigned_to     BLOB,
    record          TEXT NOT NULL,
    state           TEXT NOT NULL,
    merged_into     BLOB
) STRICT;
-- The number is "never": most customers are not due, and cost this index nothing.
CREATE INDEX customer_due ON customer (due_at) WHERE due_at < 2305843009213693951;
CREATE INDEX customer_epoch ON customer (epoch);

CREATE TABLE identity (
    customer_id BLOB NOT NULL,
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    state       TEXT NOT NULL,
    verified_at INTEGER,
    added_at    INTEGER NOT NULL,
    PRIMARY KEY (customer_id, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE identity_claim (
    hash        BLOB NOT NULL PRIMARY KEY,
    customer_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The primary key is the order of the log, so a page of the timeline is one range of it.
CREATE TABLE event (
    customer_id      BLOB NOT NULL,
    occurred_at      INTEGER NOT NULL,
    rank             INTEGER NOT NULL,
    source           TEXT NOT NULL,
    source_id        TEXT NOT NULL,
    id               BLOB NOT NULL,
    kind             TEXT NOT NULL,
    recorded_at      INTEGER NOT NULL,
    business_day     INTEGER NOT NULL,
    offset_seconds   INTEGER NOT NULL,
    unit_id          BLOB,
    staff_id         BLOB,
    refers_source    TEXT,
    refers_source_id TEXT,
    amount           INTEGER,
    currency         TEXT,
    body             TEXT,
    flags            TEXT,
    PRIMARY KEY (customer_id, occurred_at, rank, source, source_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_claim (
    hash         BLOB NOT NULL PRIMARY KEY,
    customer_id  BLOB NOT NULL,
    event_id     BLOB NOT NULL,
    occurred_at  INTEGER NOT NULL,
    content_hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    customer_id      BLOB NOT NULL,
    at               INTEGER NOT NULL,
    id               BLOB NOT NULL,
    rank             INTEGER NOT NULL,
    plugin_id        TEXT NOT NULL,
    event_id         BLOB,
    cause            TEXT NOT NULL,
    plugin_version   TEXT NOT NULL,
    settings_version INTEGER NOT NULL,
    epoch            INTEGER NOT NULL,
    recorded_at      INTEGER NOT NULL,
    voided_at        INTEGER,
    outcome          TEXT NOT NULL,
    request          TEXT NOT NULL,
    result           TEXT NOT NULL,
    history          INTEGER NOT NULL,
    PRIMARY KEY (customer_id, at, id)
) STRICT;

CREATE TABLE task (
    customer_id BLOB NOT NULL,
    id          BLOB NOT NULL,
    plugin_id   TEXT,
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    title       TEXT NOT NULL,
    unit_id     BLOB,
    assigned_to BLOB,
    claimed_by  BLOB,
    state       TEXT NOT NULL,
    due_at      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    done_at     INTEGER,
    outcome     TEXT,
    version     INTEGER NOT NULL,
    PRIMARY KEY (customer_id, id)
) STRICT;
CREATE UNIQUE INDEX task_key ON task (customer_id, plugin_id, kind, key);
CREATE INDEX task_unit ON task (unit_id, state, due_at, id);
CREATE INDEX task_assigned ON task (assigned_to, state, due_at, id) WHERE assigned_to IS NOT NULL;
CREATE INDEX task_claimed ON task (claimed_by, state, due_at, id) WHERE claimed_by IS NOT NULL;
CREATE INDEX task_id ON task (id);

CREATE TABLE message (
    customer_id     BLOB NOT NULL,
    id              BLOB NOT NULL,
    plugin_id       TEXT NOT NULL,
    template        TEXT NOT NULL,
    key             TEXT NOT NULL,
    variables       TEXT NOT NULL,
    purpose         TEXT NOT NULL,
    channels        TEXT NOT NULL,
    language        TEXT,
    state           TEXT NOT NULL,
    state_reason    TEXT,
    not_before      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    decided_at      INTEGER NOT NULL,
    acknowledged_at INTEGER,
    attempts        INTEGER NOT NULL,
    gateway_id      TEXT,
    PRIMARY KEY (customer_id, id)
) STRICT;
CREATE UNIQUE INDEX message_key ON message (customer_id, plugin_id, template, key);
CREATE INDEX message_state ON message (state, id);
CREATE INDEX message_id ON message (id);

-- Derived from customer.record and customer.state, for counts and lists.
CREATE TABLE field_value (
    customer_id BLOB NOT NULL,
    field       TEXT NOT NULL,
    value       TEXT NOT NULL,
    PRIMARY KEY (customer_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_value_value ON field_value (field, value, customer_id);

CREATE TABLE idempotency (
    key_hash   BLOB NOT NULL PRIMARY KEY,
    body_hash  BLOB NOT NULL,
    status     INTEGER NOT NULL,
    response   TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_created ON idempotency (created_at);
