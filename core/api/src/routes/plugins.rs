//! Plugins: what runs, where, with which settings, and how it fares.

use crate::{
    extract::{Asking, Bare, Brief, Command, Packed, Path, Query},
    problem::Refusal,
};
use axum::{Json, extract::State, http::StatusCode};
use regulars_engine::{
    Engine,
    request::{PluginUnits, Rerun, Rollback},
    view::{
        Page, PluginView, Reran, SettingsChanged, TableChanged, TableView, UnitSettings,
        VersionInForce,
    },
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// List plugins
#[utoipa::path(get, path = "/v1/plugins", tag = "plugins",
    responses((status = 200, body = Page<PluginView>)))]
pub async fn list_plugins(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
) -> Result<Json<Page<PluginView>>, Refusal> {
    let items = engine.list_plugins(&ctx).await?;
    Ok(Json(Page { items, next: None }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Holding {
    /// Keeps a version at hand without putting it in force: a draft does that.
    #[serde(default)]
    hold: bool,
}

/// The file that `regulars plugin pack` made.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct PackedPlugin(#[expect(dead_code, reason = "only described")] Vec<u8>);

/// Install a packed plugin, or a newer version of one
///
/// The body is the file that `regulars plugin pack` made; its publisher must be trusted by whoever
/// runs the server. In force from now on: customers are decided again, which changes state only.
#[utoipa::path(post, path = "/v1/plugins", tag = "plugins",
    params(Holding),
    request_body(content = inline(PackedPlugin), content_type = "application/vnd.regulars.plugin"),
    responses((status = 200, body = VersionInForce, description = "It was in force already"),
        (status = 201, body = VersionInForce)))]
pub async fn install_plugin(
    State(engine): State<Engine>,
    Query(holding): Query<Holding>,
    Packed { ctx, file }: Packed,
) -> Result<(StatusCode, Json<VersionInForce>), Refusal> {
    let done = match holding.hold {
        true => engine.hold_plugin(&ctx, &file).await?,
        false => engine.install_plugin(&ctx, &file).await?,
    };
    let is_new = done.changed || holding.hold;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(done)))
}

/// Read a plugin
#[utoipa::path(get, path = "/v1/plugins/{id}", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    responses((status = 200, body = PluginView)))]
pub async fn load_plugin(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<String>,
) -> Result<Json<PluginView>, Refusal> {
    Ok(Json(engine.load_plugin(&ctx, &id).await?))
}

/// Change settings by JSON Merge Patch; affected customers are decided again
#[utoipa::path(patch, path = "/v1/plugins/{id}/settings", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    request_body(content = Object, description = "Settings to change; null restores a default",
        content_type = "application/merge-patch+json"),
    responses((status = 200, body = SettingsChanged)))]
pub async fn change_settings(
    State(engine): State<Engine>,
    Path(id): Path<String>,
    Command { ctx, draft }: Command<Map<String, Value>>,
) -> Result<Json<SettingsChanged>, Refusal> {
    Ok(Json(engine.change_settings(&ctx, &id, draft).await?))
}

/// Change settings, for clients that have no PATCH
#[utoipa::path(post, path = "/v1/plugins/{id}/settings/patch", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    request_body(content = Object, description = "Settings to change; null restores a default",
        content_type = "application/merge-patch+json"),
    responses((status = 200, body = SettingsChanged)))]
pub async fn change_settings_by_post(
    state: State<Engine>,
    id: Path<String>,
    changes: Command<Map<String, Value>>,
) -> Result<Json<SettingsChanged>, Refusal> {
    change_settings(state, id, changes).await
}

/// Read a plugin's settings for a part of the organisation, and where each comes from
#[utoipa::path(get, path = "/v1/plugins/{id}/units/{unit}/settings", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`"),
        ("unit" = String, Path, description = "Code of a unit, such as `store-12`")),
    responses((status = 200, body = UnitSettings)))]
pub async fn load_unit_settings(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path((id, unit)): Path<(String, String)>,
) -> Result<Json<UnitSettings>, Refusal> {
    Ok(Json(engine.load_unit_settings(&ctx, &id, &unit).await?))
}

/// Change what a part of the organisation has set otherwise by JSON Merge Patch
///
/// What it has not set it inherits from the part above. Customers who are at home there are decided
/// again, which changes state only.
#[utoipa::path(patch, path = "/v1/plugins/{id}/units/{unit}/settings", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`"),
        ("unit" = String, Path, description = "Code of a unit, such as `store-12`")),
    request_body(content = Object, description = "Settings to change; null inherits again",
        content_type = "application/merge-patch+json"),
    responses((status = 200, body = SettingsChanged)))]
pub async fn change_unit_settings(
    State(engine): State<Engine>,
    Path((id, unit)): Path<(String, String)>,
    Command { ctx, draft }: Command<Map<String, Value>>,
) -> Result<Json<SettingsChanged>, Refusal> {
    Ok(Json(engine.change_unit_settings(&ctx, &id, &unit, draft).await?))
}

/// Change the settings of a part of the organisation, for clients that have no PATCH
#[utoipa::path(post, path = "/v1/plugins/{id}/units/{unit}/settings/patch", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`"),
        ("unit" = String, Path, description = "Code of a unit, such as `store-12`")),
    request_body(content = Object, description = "Settings to change; null inherits again",
        content_type = "application/merge-patch+json"),
    responses((status = 200, body = SettingsChanged)))]
pub async fn change_unit_settings_by_post(
    state: State<Engine>,
    place: Path<(String, String)>,
    changes: Command<Map<String, Value>>,
) -> Result<Json<SettingsChanged>, Refusal> {
    change_unit_settings(state, place, changes).await
}

/// Read a reference table of a plugin
#[utoipa::path(get, path = "/v1/plugins/{id}/tables/{name}", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`"),
        ("name" = String, Path, description = "As the manifest declares it")),
    responses((status = 200, body = TableView)))]
pub async fn load_table(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path((id, name)): Path<(String, String)>,
) -> Result<Json<TableView>, Refusal> {
    Ok(Json(engine.load_table(&ctx, &id, &name).await?))
}

/// Put the rows of a reference table, in place of all there were; customers are decided again
#[utoipa::path(put, path = "/v1/plugins/{id}/tables/{name}", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`"),
        ("name" = String, Path, description = "As the manifest declares it")),
    request_body(content = Vec<Object>, description = "Rows, each an object with every column"),
    responses((status = 200, body = TableChanged)))]
pub async fn put_table(
    State(engine): State<Engine>,
    Path((id, name)): Path<(String, String)>,
    Command { ctx, draft }: Command<Vec<Value>>,
) -> Result<Json<TableChanged>, Refusal> {
    Ok(Json(engine.put_table(&ctx, &id, &name, draft).await?))
}

/// Switch a plugin on or off, for the organisation or parts of its tree
#[utoipa::path(put, path = "/v1/plugins/{id}/units", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    request_body = PluginUnits, responses((status = 200, body = PluginView)))]
pub async fn put_plugin_units(
    State(engine): State<Engine>,
    Path(id): Path<String>,
    Command { ctx, draft }: Command<PluginUnits>,
) -> Result<Json<PluginView>, Refusal> {
    Ok(Json(engine.put_plugin_units(&ctx, &id, draft).await?))
}

/// Put the version before back, with the settings it had; affected customers are decided again
#[utoipa::path(post, path = "/v1/plugins/{id}/rollback", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    request_body = Option<Rollback>, responses((status = 200, body = VersionInForce)))]
pub async fn rollback_plugin(
    State(engine): State<Engine>,
    Path(id): Path<String>,
    Brief { ctx, draft }: Brief<Rollback>,
) -> Result<Json<VersionInForce>, Refusal> {
    Ok(Json(engine.rollback_plugin(&ctx, &id, &draft).await?))
}

/// Let a quarantined version decide again; what is held is decided, and all customers again
#[utoipa::path(post, path = "/v1/plugins/{id}/release", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    responses((status = 200, body = VersionInForce)))]
pub async fn release_plugin(
    State(engine): State<Engine>,
    Path(id): Path<String>,
    Bare(ctx): Bare,
) -> Result<Json<VersionInForce>, Refusal> {
    Ok(Json(engine.release_plugin(&ctx, &id).await?))
}

/// Run a plugin's held decisions again
///
/// The customers concerned are played again from the first held entry, each entry by the version in
/// force at its instant. State comes out exact; tasks, messages and vouchers as for what comes late.
/// An answer with `next` is about the first of many: go on with it as `cursor`.
#[utoipa::path(post, path = "/v1/plugins/{id}/rerun", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    request_body = Option<Rerun>, responses((status = 200, body = Reran)))]
pub async fn rerun_plugin(
    State(engine): State<Engine>,
    Path(id): Path<String>,
    Brief { ctx, draft }: Brief<Rerun>,
) -> Result<Json<Reran>, Refusal> {
    Ok(Json(engine.rerun_plugin(&ctx, &id, &draft).await?))
}

/// Uninstall a plugin: it leaves nothing behind on customers; what was decided stays on record
#[utoipa::path(delete, path = "/v1/plugins/{id}", tag = "plugins",
    params(("id" = String, Path, description = "Such as `jewellery-tiers`")),
    responses((status = 204)))]
pub async fn uninstall_plugin(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    engine.uninstall_plugin(&ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
