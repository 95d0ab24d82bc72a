-- What the other rule makes of a trial while it lasts, as it was counted last, and when it is next.

CREATE TABLE shadow (
    draft_id BLOB NOT NULL PRIMARY KEY,
    next_at  INTEGER NOT NULL,
    counted  TEXT
) STRICT;
