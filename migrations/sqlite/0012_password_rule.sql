-- How old a password may become, where head office says so: the newest version is in force, and none
-- at all is no such rule. Of whoever is here nobody knows when they last changed theirs; it was not
-- before they came.

CREATE TABLE password_rule (
    version      INTEGER NOT NULL PRIMARY KEY,
    max_age_days INTEGER,
    created_at   INTEGER NOT NULL,
    created_by   BLOB
) STRICT, WITHOUT ROWID;

ALTER TABLE staff ADD COLUMN password_set_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE staff ADD COLUMN former_passwords TEXT NOT NULL DEFAULT '[]';
UPDATE staff SET password_set_at = created_at;
