-- The first schema. Instants are microseconds since 1970 in UTC; JSON is text; hashes are SHA-256.
-- Text is compared by bytes on both engines, so that the order of the log is the same everywhere.

CREATE TABLE meta (
    key   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- epoch: rules may answer otherwise; revision: anything configured has changed.
INSERT INTO meta (key, value) VALUES ('epoch', 0), ('revision', 0);

CREATE TABLE unit (
    id          UUID NOT NULL PRIMARY KEY,
    code        TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    parent_id   UUID,
    time_zone   TEXT COLLATE "C" NOT NULL,
    currency    TEXT COLLATE "C" NOT NULL,
    cutoff_hour BIGINT NOT NULL
);
CREATE UNIQUE INDEX unit_code ON unit (code);

CREATE TABLE api_key (
    id         UUID NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL,
    role       TEXT COLLATE "C" NOT NULL,
    key_hash   BYTEA NOT NULL,
    unit_id    UUID,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX api_key_hash ON api_key (key_hash);

CREATE TABLE plugin (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version       TEXT COLLATE "C" NOT NULL,
    hash          BYTEA NOT NULL,
    manifest      TEXT COLLATE "C" NOT NULL,
    enabled       BIGINT NOT NULL,
    units         TEXT COLLATE "C" NOT NULL,
    in_force_from BIGINT NOT NULL,
    epoch         BIGINT NOT NULL
);

CREATE TABLE plugin_settings (
    plugin_id     TEXT COLLATE "C" NOT NULL,
    version       BIGINT NOT NULL,
    settings      TEXT COLLATE "C" NOT NULL,
    in_force_from BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    created_by    UUID,
    epoch         BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, version)
);

CREATE TABLE field_schema (
    entity     TEXT COLLATE "C" NOT NULL,
    namespace  TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    schema     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (entity, namespace, version)
);

CREATE TABLE customer (
    id              UUID NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    profile_version BIGINT NOT NULL,
    epoch           BIGINT NOT NULL,
    due_at          BIGINT NOT NULL,
    decided_through BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    home_unit_id    UUID,
    assigned_to     UUID,
    record          TEXT COLLATE "C" NOT NULL,
    state           TEXT COLLATE "C" NOT NULL,
    merged_into     UUID
);
-- The number is "never": most customers are not due, and cost this index nothing.
CREATE INDEX customer_due ON customer (due_at) WHERE due_at < 2305843009213693951;
CREATE INDEX customer_epoch ON customer (epoch);

CREATE TABLE identity (
    customer_id UUID NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    verified_at BIGINT,
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (customer_id, kind, value)
);

CREATE TABLE identity_claim (
    hash        BYTEA NOT NULL PRIMARY KEY,
    customer_id UUID NOT NULL
);

-- The primary key is the order of the log, so a page of the timeline is one range of it.
CREATE TABLE event (
    customer_id      UUID NOT NULL,
    occurred_at      BIGINT NOT NULL,
    rank             BIGINT NOT NULL,
    source           TEXT COLLATE "C" NOT NULL,
    source_id        TEXT COLLATE "C" NOT NULL,
    id               UUID NOT NULL,
    kind             TEXT COLLATE "C" NOT NULL,
    recorded_at      BIGINT NOT NULL,
    business_day     BIGINT NOT NULL,
    offset_seconds   BIGINT NOT NULL,
    unit_id          UUID,
    staff_id         UUID,
    refers_source    TEXT COLLATE "C",
    refers_source_id TEXT COLLATE "C",
    amount           BIGINT,
    currency         TEXT COLLATE "C",
    body             TEXT COLLATE "C",
    flags            TEXT COLLATE "C",
    PRIMARY KEY (customer_id, occurred_at, rank, source, source_id)
);

CREATE TABLE source_claim (
    hash         BYTEA NOT NULL PRIMARY KEY,
    customer_id  UUID NOT NULL,
    event_id     UUID NOT NULL,
    occurred_at  BIGINT NOT NULL,
    content_hash BYTEA NOT NULL
);

CREATE TABLE decision (
    customer_id      UUID NOT NULL,
    at               BIGINT NOT NULL,
    id               UUID NOT NULL,
    rank             BIGINT NOT NULL,
    plugin_id        TEXT COLLATE "C" NOT NULL,
    event_id         UUID,
    cause            TEXT COLLATE "C" NOT NULL,
    plugin_version   TEXT COLLATE "C" NOT NULL,
    settings_version BIGINT NOT NULL,
    epoch            BIGINT NOT NULL,
    recorded_at      BIGINT NOT NULL,
    voided_at        BIGINT,
    outcome          TEXT COLLATE "C" NOT NULL,
    request          TEXT COLLATE "C" NOT NULL,
    result           TEXT COLLATE "C" NOT NULL,
    history          BIGINT NOT NULL,
    PRIMARY KEY (customer_id, at, id)
);

CREATE TABLE task (
    customer_id UUID NOT NULL,
    id          UUID NOT NULL,
    plugin_id   TEXT COLLATE "C",
    kind        TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    title       TEXT COLLATE "C" NOT NULL,
    unit_id     UUID,
    assigned_to UUID,
    claimed_by  UUID,
    state       TEXT COLLATE "C" NOT NULL,
    due_at      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    decided_at  BIGINT NOT NULL,
    done_at     BIGINT,
    outcome     TEXT COLLATE "C",
    version     BIGINT NOT NULL,
    PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX task_key ON task (customer_id, plugin_id, kind, key);
CREATE INDEX task_unit ON task (unit_id, state, due_at, id);
CREATE INDEX task_assigned ON task (assigned_to, state, due_at, id) WHERE assigned_to IS NOT NULL;
CREATE INDEX task_claimed ON task (claimed_by, state, due_at, id) WHERE claimed_by IS NOT NULL;
CREATE INDEX task_id ON task (id);

CREATE TABLE message (
    customer_id     UUID NOT NULL,
    id              UUID NOT NULL,
    plugin_id       TEXT COLLATE "C" NOT NULL,
    template        TEXT COLLATE "C" NOT NULL,
    key             TEXT COLLATE "C" NOT NULL,
    variables       TEXT COLLATE "C" NOT NULL,
    purpose         TEXT COLLATE "C" NOT NULL,
    channels        TEXT COLLATE "C" NOT NULL,
    language        TEXT COLLATE "C",
    state           TEXT COLLATE "C" NOT NULL,
    state_reason    TEXT COLLATE "C",
    not_before      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    decided_at      BIGINT NOT NULL,
    acknowledged_at BIGINT,
    attempts        BIGINT NOT NULL,
    gateway_id      TEXT COLLATE "C",
    PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX message_key ON message (customer_id, plugin_id, template, key);
CREATE INDEX message_state ON message (state, id);
CREATE INDEX message_id ON message (id);

-- Derived from customer.record and customer.state, for counts and lists.
CREATE TABLE field_value (
    customer_id UUID NOT NULL,
    field       TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (customer_id, field)
);
CREATE INDEX field_value_value ON field_value (field, value, customer_id);

CREATE TABLE idempotency (
    key_hash   BYTEA NOT NULL PRIMARY KEY,
    body_hash  BYTEA NOT NULL,
    status     BIGINT NOT NULL,
    response   TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_created ON idempotency (created_at);
