//! Manifests of plugins that tests make up.

use regulars_model::{Manifest, manifest::ABI};

pub const FIELD: &str =
    r#"fields.level = { type = "integer", label = { en = "Level", zh-CN = "级" } }"#;

/// `more` are further lines of it.
pub fn manifest(id: &str, more: &str) -> Manifest {
    let toml = format!(
        r#"
        id = "{id}"
        version = "1.0.0"
        abi = "{ABI}"
        runtime = "rhai"
        entry = "rules.rhai"
        title = {{ en = "The {id}", zh-CN = "插件{id}" }}
        on.events = ["purchase"]
        {more}
        "#
    );
    Manifest::parse(&toml).expect("a manifest")
}
