//! Every route, a file per noun. Handlers are thin: take, ask the engine, answer.

pub mod audit;
pub mod consents;
pub mod counts;
pub mod customers;
pub mod decisions;
pub mod drafts;
pub mod events;
pub mod health;
pub mod identities;
pub mod issues;
pub mod keys;
pub mod outbox;
pub mod page;
pub mod plugins;
pub mod problems;
pub mod schemas;
pub mod sessions;
pub mod staff;
pub mod tasks;
pub mod timeline;
pub mod units;
pub mod what_if;

use crate::extract::query::Limit;
use regulars_engine::Engine;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What answers without a key, and is described.
pub fn open() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(page::openapi))
        .routes(routes!(problems::describe_problem))
        .routes(routes!(sessions::log_in))
        .routes(routes!(sessions::begin_log_in))
        .routes(routes!(sessions::finish_log_in))
}

/// What needs a key.
pub fn keyed() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(customers::create_customer, customers::list_customers))
        .routes(routes!(customers::identify))
        .routes(routes!(customers::load_customer, customers::patch_customer))
        .routes(routes!(customers::patch_customer_by_post))
        .routes(routes!(identities::add_identity))
        .routes(routes!(identities::retire_identity))
        .routes(routes!(identities::move_identity))
        .routes(routes!(consents::list_consents, consents::record_consent))
        .routes(routes!(timeline::timeline))
        .routes(routes!(decisions::list_decisions))
        .routes(routes!(decisions::explain))
        .routes(routes!(decisions::list_held))
        .routes(routes!(decisions::verify_decisions))
        .routes(routes!(decisions::record_scenario))
        .routes(routes!(events::append_event))
        .routes(routes!(events::preview_event))
        .routes(routes!(events::append_many))
        .routes(routes!(tasks::list_tasks))
        .routes(routes!(tasks::load_task))
        .routes(routes!(tasks::claim_task))
        .routes(routes!(tasks::complete_task))
        .routes(routes!(tasks::postpone_task))
        .routes(routes!(outbox::list_outbox))
        .routes(routes!(outbox::message_sent))
        .routes(routes!(outbox::message_failed))
        .routes(routes!(units::list_units))
        .routes(routes!(units::load_unit, units::put_unit))
        .routes(routes!(schemas::list_schemas))
        .routes(routes!(schemas::load_schema, schemas::put_schema))
        .routes(routes!(plugins::list_plugins, plugins::install_plugin))
        .routes(routes!(plugins::load_plugin, plugins::uninstall_plugin))
        .routes(routes!(plugins::rollback_plugin))
        .routes(routes!(plugins::rerun_plugin))
        .routes(routes!(plugins::release_plugin))
        .routes(routes!(plugins::change_settings))
        .routes(routes!(plugins::change_settings_by_post))
        .routes(routes!(plugins::load_unit_settings, plugins::change_unit_settings))
        .routes(routes!(plugins::change_unit_settings_by_post))
        .routes(routes!(plugins::put_plugin_units))
        .routes(routes!(drafts::create_draft, drafts::list_drafts))
        .routes(routes!(drafts::load_draft))
        .routes(routes!(drafts::check_draft))
        .routes(routes!(drafts::roll_out_draft))
        .routes(routes!(drafts::publish_draft))
        .routes(routes!(drafts::abort_draft))
        .routes(routes!(drafts::roll_back_draft))
        .routes(routes!(drafts::discard_draft))
        .routes(routes!(issues::create_issue, issues::list_issues))
        .routes(routes!(issues::load_issue))
        .routes(routes!(issues::start_issue))
        .routes(routes!(issues::pause_issue))
        .routes(routes!(issues::cancel_issue))
        .routes(routes!(what_if::start_what_if))
        .routes(routes!(what_if::load_what_if))
        .routes(routes!(what_if::cancel_what_if))
        .routes(routes!(plugins::load_table, plugins::put_table))
        .routes(routes!(counts::count_by))
        .routes(routes!(keys::create_key, keys::list_keys))
        .routes(routes!(keys::revoke_key))
        .routes(routes!(staff::create_staff, staff::list_staff))
        .routes(routes!(staff::put_staff))
        .routes(routes!(staff::set_password))
        .routes(routes!(staff::hand_over))
        .routes(routes!(staff::load_password_rule, staff::put_password_rule))
        .routes(routes!(sessions::list_sessions, sessions::end_sessions))
        .routes(routes!(sessions::end_session))
        .routes(routes!(sessions::change_password))
        .routes(routes!(sessions::make_member_token))
        .routes(routes!(audit::list_audit))
}

/// One page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before.
    pub cursor: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
}
