//! What the codes of problems mean: the place their `type` points to.

use crate::{
    extract::Path,
    problem::{Refusal, type_of},
    sentences,
};
use axum::Json;
use regulars_engine::problem::{Code, Problem};
use regulars_model::text::Bilingual;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct ProblemKind {
    #[serde(rename = "type")]
    kind: String,
    code: &'static str,
    status: u16,
    title: Bilingual,
}

/// What the code of a problem means
#[utoipa::path(get, path = "/problems/{code}", tag = "server",
    params(("code" = String, Path, description = "Such as `identity_taken`")),
    responses((status = 200, body = ProblemKind)))]
pub async fn describe_problem(Path(name): Path<String>) -> Result<Json<ProblemKind>, Refusal> {
    let code = Code::ALL.iter().copied().find(|code| code.name() == name);
    let code = code.ok_or_else(|| Problem::not_found(sentences::PROBLEM, name))?;
    let (kind, title) = (type_of(code), code.title().into());
    Ok(Json(ProblemKind { kind, code: code.name(), status: code.status(), title }))
}
