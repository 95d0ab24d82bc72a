-- What was decided before and is decided otherwise since: a row for each time, written with the
-- decisions that say so. The primary key is its place in the timeline.

CREATE TABLE correction (
    customer_id BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    id          BLOB NOT NULL,
    content     TEXT NOT NULL,
    PRIMARY KEY (customer_id, recorded_at, id)
) STRICT;
