//! The schemas of `schemas/` are valid, say what `limits` says, and accept their own examples.

use regulars_model::{Manifest, event::kind, limits};
use regulars_schema::{built_in, compile};
use serde_json::Value as Json;

fn all() -> Vec<(String, Json)> {
    let mut all: Vec<(String, Json)> = kind::BUILT_IN
        .iter()
        .map(|kind| (format!("events/{kind}"), built_in::event(kind)))
        .collect();
    all.push(("event".to_owned(), built_in::any_event()));
    all.push(("customer".to_owned(), built_in::customer()));
    all.push(("manifest".to_owned(), built_in::manifest()));
    all.push(("scenario".to_owned(), built_in::scenario()));
    all
}

#[test]
fn every_schema_is_valid_2020_12_and_accepts_its_examples() {
    for (name, schema) in all() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        let validator =
            jsonschema::options().offline().should_validate_formats(true).build(&schema);
        let validator = validator.unwrap_or_else(|error| panic!("{name}: {error}"));
        let examples = schema["examples"].as_array().unwrap_or_else(|| panic!("{name}: examples"));
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            let errors: Vec<String> =
                validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {example}: {errors:?}");
        }
    }
}

#[test]
fn every_member_has_a_title_in_both_languages() {
    for kind in kind::BUILT_IN {
        let schema = built_in::event(kind);
        for part in std::iter::once(&schema).chain(schema["$defs"].as_object().unwrap().values()) {
            let titles = [&part["title"], &part["x-title-zh-CN"]];
            assert!(titles.iter().all(|title| title.is_string()), "{kind}: {part}");
        }
    }
}

/// What a server compiles keeps to the rules it holds an organisation's schemas to.
#[test]
fn the_schemas_of_events_and_customers_compile() {
    let compiled = all().into_iter().filter(|(name, _)| name != "manifest" && name != "scenario");
    for (name, schema) in compiled {
        if let Err(faults) = compile(&schema) {
            panic!("{name}: {faults:?}");
        }
    }
}

#[test]
fn the_limits_are_those_of_the_model() {
    let shared = built_in::any_event();
    let defs = &shared["$defs"];
    assert_eq!(defs["amount"]["maximum"], limits::MONEY_MINOR_MAX);
    assert_eq!(defs["lines"]["maxItems"], limits::LINES_MAX);
    assert_eq!(defs["tenders"]["maxItems"], limits::TENDERS_MAX);
    assert_eq!(defs["source"]["maxLength"], limits::SOURCE_CHARS_MAX);
    assert_eq!(defs["source_id"]["maxLength"], limits::SOURCE_ID_CHARS_MAX);
    assert_eq!(defs["text"]["maxLength"], limits::TEXT_CHARS_MAX);
    let customer = built_in::customer();
    assert_eq!(
        customer["properties"]["identities"]["maxItems"],
        limits::IDENTITIES_PER_CUSTOMER_MAX
    );
    assert_eq!(
        customer["properties"]["profile"]["properties"]["name"]["maxLength"],
        limits::NAME_CHARS_MAX
    );
}

#[test]
fn an_example_manifest_is_one_the_model_reads() {
    for example in built_in::manifest()["examples"].as_array().unwrap() {
        Manifest::parse(&toml::to_string(example).unwrap()).unwrap();
    }
}

#[test]
fn the_manifests_and_scenarios_of_plugins_fit_their_schemas() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["plugins", "tests/inputs", "sdk/examples"]
        .map(|folder| std::fs::read_dir(root.join(folder)));
    let [manifest, scenario] = [built_in::manifest(), built_in::scenario()]
        .map(|schema| jsonschema::options().offline().build(&schema).unwrap());
    let mut seen = 0;
    for plugin in folders.into_iter().flatten().flatten().flatten() {
        let scenarios = std::fs::read_dir(plugin.path().join("scenarios")).into_iter().flatten();
        let files = scenarios.flatten().map(|file| (file.path(), &scenario));
        for (file, validator) in files.chain([(plugin.path().join("plugin.toml"), &manifest)]) {
            if file.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            let value: Json = toml::from_str(&text).unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
            seen += 1;
        }
    }
    assert!(seen > 0, "there are no plugins to check");
}
