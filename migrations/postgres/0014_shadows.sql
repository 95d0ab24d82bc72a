-- What the other rule makes of a trial while it lasts, as it was counted last, and when it is next.

CREATE TABLE shadow (
    draft_id UUID NOT NULL PRIMARY KEY,
    next_at  BIGINT NOT NULL,
    counted  TEXT
);
