//! Every table with its columns, the same on both engines: what a backup holds.

/// A table; the first `key` columns are its primary key.
pub(crate) struct Table {
    pub name: &'static str,
    pub key: usize,
    /// Name and kind of each column, as `id uuid`.
    pub columns: &'static [&'static str],
}

/// Configuration first: a backup that is looked at by hand begins with what explains the rest. All
/// but the list of migrations, which a restore makes itself.
#[rustfmt::skip]
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "meta",
        key: 1,
        columns: &[
            "key text", "value int",
        ],
    },
    Table {
        name: "unit",
        key: 1,
        columns: &[
            "id uuid", "code text", "name text", "kind text", "parent_id uuid", "time_zone text",
            "currency text", "cutoff_hour int", "assignment text",
        ],
    },
    Table {
        name: "api_key",
        key: 1,
        columns: &[
            "id uuid", "name text", "role text", "key_hash bytes", "created_at int",
            "revoked_at int", "units text", "actions text", "expires_at int",
        ],
    },
    Table {
        name: "staff",
        key: 1,
        columns: &[
            "id uuid", "login text", "name text", "role text", "units text", "password text",
            "must_change int", "created_at int", "disabled_at int", "password_set_at int",
            "former_passwords text", "issuer text", "subject text",
        ],
    },
    Table {
        name: "password_rule",
        key: 1,
        columns: &["version int", "max_age_days int", "created_at int", "created_by uuid"],
    },
    Table {
        name: "session",
        key: 1,
        columns: &[
            "hash bytes", "id uuid", "staff_id uuid", "customer_id uuid", "created_at int",
            "last_seen_at int", "expires_at int", "ended_at int", "address text", "agent text",
            "by_provider int",
        ],
    },
    Table {
        name: "provider_log_in",
        key: 1,
        columns: &["hash bytes", "expires_at int"],
    },
    Table {
        name: "field_schema",
        key: 3,
        columns: &[
            "entity text", "namespace text", "version int", "schema text", "created_at int",
        ],
    },
    Table {
        name: "plugin",
        key: 1,
        columns: &[
            "id text", "version text", "hash bytes", "manifest text", "enabled int", "units text",
            "in_force_from int", "epoch int",
        ],
    },
    Table {
        name: "draft",
        key: 1,
        columns: &[
            "id uuid", "plugin_id text", "title text", "changes text", "state text", "base int",
            "settings_version int", "in_force_from int", "scheduled_at int",
            "scheduled_units text", "problem text", "version int", "created_at int",
            "created_by uuid", "changed_at int", "changed_by uuid",
        ],
    },
    Table {
        name: "plugin_settings",
        key: 2,
        columns: &[
            "plugin_id text", "version int", "settings text", "in_force_from int",
            "created_at int", "created_by uuid", "epoch int",
        ],
    },
    Table {
        name: "plugin_package",
        key: 2,
        columns: &[
            "plugin_id text", "hash bytes", "version text", "file_hash bytes", "publisher text",
            "publisher_key text", "installed_at int", "installed_by uuid", "file bytes",
        ],
    },
    Table {
        name: "plugin_table",
        key: 2,
        columns: &["plugin_id text", "hash bytes", "content text", "created_at int"],
    },
    Table {
        name: "customer",
        key: 1,
        columns: &[
            "id uuid", "version int", "profile_version int", "epoch int", "due_at int",
            "decided_through int", "created_at int", "home_unit_id uuid", "assigned_to uuid",
            "record text", "state text", "merged_into uuid",
        ],
    },
    Table {
        name: "identity",
        key: 3,
        columns: &[
            "customer_id uuid", "kind text", "value text", "state text", "verified_at int",
            "added_at int",
        ],
    },
    Table {
        name: "identity_claim",
        key: 1,
        columns: &[
            "hash bytes", "customer_id uuid",
        ],
    },
    Table {
        name: "event",
        key: 5,
        columns: &[
            "customer_id uuid", "occurred_at int", "rank int", "source text", "source_id text",
            "id uuid", "kind text", "recorded_at int", "business_day int", "offset_seconds int",
            "unit_id uuid", "staff_id uuid", "refers_source text", "refers_source_id text",
            "amount int", "currency text", "body text", "flags text",
        ],
    },
    Table {
        name: "source_claim",
        key: 1,
        columns: &[
            "hash bytes", "customer_id uuid", "event_id uuid", "occurred_at int",
            "content_hash bytes",
        ],
    },
    Table {
        name: "decision",
        key: 3,
        columns: &[
            "customer_id uuid", "at int", "id uuid", "rank int", "plugin_id text", "event_id uuid",
            "cause text", "plugin_version text", "settings_version int", "epoch int",
            "recorded_at int", "voided_at int", "outcome text", "request text", "result text",
            "history int", "fault text", "left_out int",
        ],
    },
    Table {
        name: "correction",
        key: 3,
        columns: &["customer_id uuid", "recorded_at int", "id uuid", "content text"],
    },
    Table {
        name: "task",
        key: 2,
        columns: &[
            "customer_id uuid", "id uuid", "plugin_id text", "kind text", "key text", "title text",
            "unit_id uuid", "assigned_to uuid", "claimed_by uuid", "state text", "due_at int",
            "created_at int", "decided_at int", "done_at int", "outcome text", "version int",
        ],
    },
    Table {
        name: "message",
        key: 2,
        columns: &[
            "customer_id uuid", "id uuid", "plugin_id text", "template text", "key text",
            "variables text", "purpose text", "channels text", "language text", "state text",
            "state_reason text", "not_before int", "expires_at int", "created_at int",
            "decided_at int", "acknowledged_at int", "attempts int", "gateway_id text",
            "sort text",
        ],
    },
    Table {
        name: "field_value",
        key: 2,
        columns: &[
            "customer_id uuid", "field text", "value text",
        ],
    },
    Table {
        name: "idempotency",
        key: 1,
        columns: &[
            "key_hash bytes", "body_hash bytes", "status int", "response text", "created_at int",
        ],
    },
    Table {
        name: "job",
        key: 1,
        columns: &[
            "id uuid", "kind text", "request text", "state text", "done int", "total int",
            "created_at int", "created_by uuid", "updated_at int", "result text",
        ],
    },
    Table {
        name: "issue",
        key: 1,
        columns: &[
            "id uuid", "plugin_id text", "draft_id uuid", "settings_version int", "request text",
            "counted text", "state text", "problem text", "next_at int", "walk text",
            "version int", "created_at int", "created_by uuid", "changed_at int",
            "changed_by uuid",
        ],
    },
    Table {
        name: "issued",
        key: 6,
        columns: &[
            "customer_id uuid", "issue_id uuid", "plugin_id text", "sort text", "kind text",
            "key text", "fate text", "at int",
        ],
    },
    Table {
        name: "shadow",
        key: 1,
        columns: &["draft_id uuid", "next_at int", "counted text"],
    },
    Table {
        name: "audit",
        key: 1,
        columns: &[
            "id uuid", "at int", "actor_id uuid", "actor_name text", "actor_role text",
            "origin text", "request_id uuid", "action text", "outcome text", "kind text",
            "record text", "customer_id uuid", "content_hash bytes", "salt bytes", "before text",
            "after text", "number int", "hash bytes",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::TABLES;
    use crate::{Store, batch::args, read::Reader};

    /// Every table and column of a new database, keys first. `both_engines_have_the_same_columns` says
    /// that the other engine's are no others.
    #[tokio::test]
    async fn a_backup_holds_every_column_of_every_table() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = Store::open(&url).await.unwrap();
        let sql = "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.pk
            FROM sqlite_schema m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name <> 'migration'";
        let read = |row: &dyn crate::read::Columns| Reader::new(row, "catalogue").string();
        let mut found = store.db.fetch(sql, args![], read).await.unwrap();
        store.close().await;
        found.sort();
        let of_table = |table: &super::Table| {
            let (name, key) = (table.name, table.key);
            let column = move |(at, column): (usize, &&str)| {
                let (column, kind) = column.split_once(' ').unwrap();
                let kind = match kind {
                    "int" => "INTEGER",
                    "text" => "TEXT",
                    _ => "BLOB",
                };
                format!("{name}.{column} {kind} {}", if at < key { at + 1 } else { 0 })
            };
            table.columns.iter().enumerate().map(column).collect::<Vec<_>>()
        };
        let mut held: Vec<String> = TABLES.iter().flat_map(of_table).collect();
        held.sort();
        assert_eq!(held, found);
    }
}
