//! The API description: what the handlers say, and what holds for every operation alike.

use crate::{
    extract::caller::IDEMPOTENCY_KEY,
    problem::{MEDIA_TYPE, ProblemDetails},
    routes,
};
use regulars_model::Fault;
use utoipa::{
    OpenApi,
    openapi::{
        self, ContentBuilder, ObjectBuilder, Ref, Response, ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{SchemaType, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// Posts that take no idempotency key: each line of a batch has a source id, without which it is
/// refused; a preview writes nothing; and whoever logs in is nobody before, while a session whose token
/// was lost opens nothing and is soon over.
pub const UNKEPT: [&str; 5] = [
    "/v1/events/batch",
    "/v1/events/preview",
    "/v1/provider-log-ins",
    "/v1/provider-log-ins/finish",
    "/v1/sessions",
];

/// Answers that hold a secret: it is not kept.
const SHOWN_ONCE: [&str; 4] =
    ["/v1/customers/{id}/member-token", "/v1/keys", "/v1/staff", "/v1/staff/{id}/password"];

/// What names a field, a unit or a customer in its query or body, which may not be there.
const NAMES_A_RECORD: [&str; 5] =
    ["/v1/counts", "/v1/decisions/held", "/v1/events", "/v1/events/preview", "/v1/tasks"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Regulars",
        description = "A CRM for retail chains. Send an API key as `Authorization: Bearer KEY`; \
            `regulars key create --role admin` makes one and shows it once. Money is in minor \
            units, time in UTC.\n\n面向连锁零售的客户关系管理系统。请以 `Authorization: Bearer KEY` \
            发送 API 密钥；用 `regulars key create --role admin` 创建，仅显示一次。金额以最小货币单位\
            表示，时间为 UTC。",
        license(name = "MIT"),
    ),
    tags(
        (name = "customers", description = "Customers, their identities, consents and timelines · 顾客、身份标识、授权与时间线"),
        (name = "events", description = "What happened: purchases, refunds, visits · 消费、退款、到店等事件"),
        (name = "decisions", description = "What plugins decided, and why · 插件的决定及其原因"),
        (name = "tasks", description = "Work for staff · 员工任务"),
        (name = "outbox", description = "Messages for gateways to deliver · 待发送的消息"),
        (name = "staff", description = "People, their sessions, and what they hand over · 员工、登录会话与交接"),
        (name = "units", description = "The tree of regions and stores · 区域与门店"),
        (name = "schemas", description = "Custom fields · 自定义字段"),
        (name = "plugins", description = "Rules, where they work, and their settings · 规则插件与设置"),
        (name = "drafts", description = "Changes of a rule, tried store by store, published, taken back · 规则变更的草稿、试行、发布与回退"),
        (name = "issues", description = "Work that a publication left out, counted, and given at a pace · 发布时未下发的任务与消息：先清点，再按速度补发"),
        (name = "what-if", description = "What a change of a rule would do, before it is made · 规则变更的预演"),
        (name = "audit", description = "Who did what to which record · 审计：谁对哪条记录做了什么"),
        (name = "server", description = "Health and this description · 服务状态与接口说明"),
    ),
    components(schemas(ProblemDetails, Fault)),
)]
struct Head;

/// The description as it is served and kept in `schemas/openapi.json`.
pub fn document() -> String {
    let mut text = build().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// One operation of the description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    pub id: String,
    pub method: String,
    pub path: String,
    /// Without a key it answers 401.
    pub keyed: bool,
}

pub fn operations() -> Vec<Described> {
    let mut described = Vec::new();
    for (path, mut item) in build().paths.paths {
        for (method, operation) in operations_of(&mut item) {
            described.push(Described {
                id: operation.operation_id.clone().unwrap_or_default(),
                method: method.to_owned(),
                path: path.clone(),
                keyed: operation.security.is_some(),
            });
        }
    }
    described
}

fn build() -> openapi::OpenApi {
    let mut api = Head::openapi();
    let mut open = routes::open().into_openapi();
    let mut keyed = routes::keyed().into_openapi();
    for (path, item) in &mut open.paths.paths {
        for (method, operation) in operations_of(item) {
            complete(path, method, operation);
        }
    }
    for (path, item) in &mut keyed.paths.paths {
        for (method, operation) in operations_of(item) {
            complete(path, method, operation);
            complete_keyed(operation);
        }
    }
    api.merge(open);
    api.merge(keyed);
    if let Some(components) = &mut api.components {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    }
    api
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("GET", item.get.as_mut()),
        ("POST", item.post.as_mut()),
        ("PUT", item.put.as_mut()),
        ("PATCH", item.patch.as_mut()),
        ("DELETE", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.map(|operation| (method, operation)))
}

fn complete(path: &str, method: &str, operation: &mut Operation) {
    let takes_body = operation.request_body.is_some();
    let takes_parameters = operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    let language = "`en` or `zh-CN`: the language of titles, reasons and sentences";
    add_header(operation, "Accept-Language", language, false, text());

    if takes_body || takes_parameters {
        add_problem(operation, 400, "Not understood");
    }
    if path.contains('{') || NAMES_A_RECORD.contains(&path) {
        add_problem(operation, 404, "No such record");
    }
    if takes_body {
        add_problem(operation, 413, "The body is too large");
        add_problem(operation, 415, "The body is of another type");
        add_problem(operation, 422, "A value is not acceptable; each fault has a JSON pointer");
    }
    if method != "GET" {
        add_problem(operation, 409, "The present state does not allow it");
    }
    let edits_customer = path == "/v1/customers/{id}" || path == "/v1/customers/{id}/patch";
    if edits_customer && takes_body {
        let version = "The ETag the record was read with";
        add_header(operation, "If-Match", version, true, text());
        add_problem(operation, 412, "It has changed since");
        add_problem(operation, 428, "If-Match is missing");
    }
    if method == "POST" && !UNKEPT.contains(&path) {
        let mut key = "Printable ASCII, at most 255 characters, one's own, kept 7 days: a repeat \
                       changes nothing and gets the first answer again, with another body or \
                       elsewhere it is refused as `idempotency_key_reused`. A refusal is not kept"
            .to_owned();
        if SHOWN_ONCE.contains(&path) {
            key += ". Nor is a secret: a repeat gets `secret_shown_once`, with what was made as \
                    `made`";
        }
        add_problem(operation, 422, "The key was sent with another request");
        let schema = text().min_length(Some(1)).max_length(Some(255)).pattern(Some("^[ -~]+$"));
        add_header(operation, IDEMPOTENCY_KEY, &key, false, schema);
    }
    add_problem(operation, 503, "The database does not answer");
    for (status, response) in &mut operation.responses.responses {
        if let openapi::RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = if status == "201" { "Created" } else { "Done" }.to_owned();
        }
    }
}

fn complete_keyed(operation: &mut Operation) {
    operation.security = Some(vec![SecurityRequirement::new::<_, _, String>("bearer", [])]);
    add_problem(operation, 401, "No valid API key");
    add_problem(operation, 403, "The role may not do this");
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn add_header(
    operation: &mut Operation,
    name: &str,
    description: &str,
    required: bool,
    schema: ObjectBuilder,
) {
    let parameter: Parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .required(if required { openapi::Required::True } else { openapi::Required::False })
        .schema(Some(schema))
        .build();
    operation.parameters.get_or_insert_with(Vec::new).push(parameter.into());
}

fn add_problem(operation: &mut Operation, status: u16, description: &str) {
    let content =
        ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDetails"))).build();
    let response: Response =
        ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build();
    operation.responses.responses.entry(status.to_string()).or_insert(response.into());
}
