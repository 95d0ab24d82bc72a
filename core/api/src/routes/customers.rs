//! Customers: made, found, read, edited.

use super::PageQuery;
use crate::{
    extract::{Asking, Command, IfMatch, Path, Query},
    problem::Refusal,
    reply::{Done, tagged},
};
use axum::{Json, extract::State, http::HeaderMap, response::Response};
use regulars_engine::{
    Engine,
    request::{Identify, NewCustomer},
    view::{CustomerView, Identified, Page},
};
use regulars_model::{CustomerId, Lifecycle};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A JSON Merge Patch (RFC 7396) over what people edit: what is absent stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes what the engine reads")]
pub struct CustomerPatch {
    profile: Option<ProfilePatch>,
    /// Custom fields by namespace.
    #[schema(value_type = Option<Object>)]
    fields: Option<Value>,
    tags: Option<Vec<String>>,
    /// Code of the home store.
    home_store: Option<String>,
    /// Staff the customer is looked after by.
    assigned_to: Option<String>,
    lifecycle: Option<Lifecycle>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes what the engine reads")]
pub struct ProfilePatch {
    name: Option<String>,
    /// `2001-05-03`, or `--05-03` where the year is not known.
    birthday: Option<String>,
    gender: Option<String>,
    /// `en` or `zh-CN`.
    language: Option<String>,
    address: Option<String>,
    note: Option<String>,
}

/// Create a customer; a phone alone suffices
#[utoipa::path(post, path = "/v1/customers", tag = "customers", request_body = NewCustomer,
    responses((status = 201, body = CustomerView, headers(("ETag" = String, description = "Version of what people edit")))))]
pub async fn create_customer(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<NewCustomer>,
) -> Done {
    Ok(engine.create_customer(&ctx, draft).await?.into())
}

/// List customers
#[utoipa::path(get, path = "/v1/customers", tag = "customers", params(PageQuery),
    responses((status = 200, body = Page<CustomerView>)))]
pub async fn list_customers(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<CustomerView>>, Refusal> {
    let cursor = page.cursor.as_deref();
    Ok(Json(engine.list_customers(&ctx, cursor, page.limit.0).await?))
}

/// Find a customer by one or several identities, or create one
///
/// Identities never stand in a URL, where proxies would log them.
#[utoipa::path(post, path = "/v1/customers/identify", tag = "customers", request_body = Identify,
    responses((status = 200, body = Identified), (status = 201, body = Identified)))]
pub async fn identify(
    State(engine): State<Engine>,
    Command { ctx, draft }: Command<Identify>,
) -> Done {
    Ok(engine.identify(&ctx, draft).await?.into())
}

/// Read a customer
#[utoipa::path(get, path = "/v1/customers/{id}", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")),
    responses((status = 200, body = CustomerView, headers(("ETag" = String, description = "Version of what people edit")))))]
pub async fn load_customer(
    State(engine): State<Engine>,
    Asking(ctx): Asking,
    Path(id): Path<CustomerId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let customer = engine.load_customer(&ctx, id).await?;
    Ok(tagged(&headers, customer.profile_version, &customer))
}

/// Edit a customer by JSON Merge Patch
#[utoipa::path(patch, path = "/v1/customers/{id}", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")),
    request_body(content = CustomerPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = CustomerView, headers(("ETag" = String, description = "The new version")))))]
pub async fn patch_customer(
    State(engine): State<Engine>,
    Path(id): Path<CustomerId>,
    IfMatch(version): IfMatch,
    Command { ctx, draft }: Command<Value>,
) -> Done {
    Ok(engine.patch_customer(&ctx, id, version, draft).await?.into())
}

/// Edit a customer, for clients that have no PATCH
#[utoipa::path(post, path = "/v1/customers/{id}/patch", tag = "customers",
    params(("id" = String, Path, description = "`cus_…`")),
    request_body(content = CustomerPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = CustomerView, headers(("ETag" = String, description = "The new version")))))]
pub async fn patch_customer_by_post(
    state: State<Engine>,
    id: Path<CustomerId>,
    version: IfMatch,
    patch: Command<Value>,
) -> Done {
    patch_customer(state, id, version, patch).await
}
