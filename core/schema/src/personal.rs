//! `"x-personal": true` in a schema marks what is masked for whoever does not need it whole.

use crate::sentences;
use regulars_model::{Fault, fault::pointer_token};
use serde_json::{Value as Json, json};

const KEYWORD: &str = "x-personal";

/// A mark that is neither true nor false would be a promise nobody keeps.
pub(crate) fn check(schema: &Json) -> Result<(), Fault> {
    find_wrong(schema, "", false)
}

fn find_wrong(schema: &Json, at: &str, is_names: bool) -> Result<(), Fault> {
    match schema {
        Json::Object(object) => object.iter().try_for_each(|(name, value)| {
            let at = format!("{at}{}", pointer_token(name));
            if name == KEYWORD && !is_names && !value.is_boolean() {
                return Err(Fault::new(at, "wrong_type", sentences::true_or_false()));
            }
            // Data, and the names that properties have.
            let is_data = ["const", "enum", "default", "examples"].contains(&name.as_str());
            if is_data && !is_names {
                return Ok(());
            }
            let maps = ["properties", "patternProperties", "$defs", "dependentSchemas"];
            find_wrong(value, &at, !is_names && maps.contains(&name.as_str()))
        }),
        Json::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| find_wrong(item, &format!("{at}/{index}"), false)),
        _ => Ok(()),
    }
}

/// Calls `cover` on every part of the value that the schema marks. The schema was compiled before, so its
/// references end; where one of several subschemas marks a part, it is marked.
pub fn cover_marked(schema: &Json, value: &mut Json, cover: &mut dyn FnMut(&mut Json)) {
    walk(schema, schema, value, cover);
}

/// Whether the schema marks anything.
pub fn marks_any(schema: &Json) -> bool {
    match schema {
        Json::Object(object) => {
            object.get(KEYWORD) == Some(&Json::Bool(true)) || object.values().any(marks_any)
        }
        Json::Array(items) => items.iter().any(marks_any),
        _ => false,
    }
}

fn walk(root: &Json, schema: &Json, value: &mut Json, cover: &mut dyn FnMut(&mut Json)) {
    let Some(object) = schema.as_object() else { return };
    if object.get(KEYWORD) == Some(&Json::Bool(true)) {
        return cover(value);
    }
    if let Some(target) = object.get("$ref").and_then(Json::as_str)
        && let Some(target) = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer))
    {
        walk(root, target, value, cover);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for part in object.get(keyword).and_then(Json::as_array).into_iter().flatten() {
            walk(root, part, value, cover);
        }
    }
    for keyword in ["if", "then", "else"] {
        object.get(keyword).into_iter().for_each(|part| walk(root, part, value, cover));
    }
    for part in members(object.get("dependentSchemas")) {
        walk(root, part.1, value, cover);
    }
    match value {
        Json::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let own = members(object.get("properties")).find(|(known, _)| *known == name);
                own.into_iter().for_each(|(_, part)| walk(root, part, field, cover));
                let patterns = members(object.get("patternProperties"));
                let patterns = patterns.filter(|(pattern, _)| matches(pattern, name));
                // What these say of a name that is declared is not asked: rather one too many is masked.
                patterns
                    .map(|(_, part)| part)
                    .chain(object.get("additionalProperties"))
                    .chain(object.get("unevaluatedProperties"))
                    .for_each(|part| walk(root, part, field, cover));
            }
        }
        Json::Array(items) => {
            let prefix = object.get("prefixItems").and_then(Json::as_array);
            for (index, item) in items.iter_mut().enumerate() {
                let own = prefix.and_then(|prefix| prefix.get(index));
                let parts =
                    own.into_iter().chain(object.get("items")).chain(object.get("contains"));
                parts.for_each(|part| walk(root, part, item, cover));
            }
        }
        _ => {}
    }
}

/// By the rules that values are validated by; a pattern nobody can read matches everything.
fn matches(pattern: &str, name: &str) -> bool {
    let validator = crate::compile(&json!({ "pattern": pattern }));
    validator.map_or(true, |validator| validator.check(&json!(name)).is_ok())
}

fn members(map: Option<&Json>) -> impl Iterator<Item = (&String, &Json)> {
    map.and_then(Json::as_object).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(schema: Json, mut value: Json) -> Json {
        crate::compile(&schema).map(drop).unwrap();
        cover_marked(&schema, &mut value, &mut |part| *part = json!("X"));
        value
    }

    #[test]
    fn marks_reach_through_lists_references_and_alternatives() {
        let personal = json!({"x-personal": true});
        let schema = json!({
            "$defs": {"person": {"properties": {"name": personal, "age": {}}}},
            "properties": {
                "id": personal,
                "family": {"items": {"$ref": "#/$defs/person"}},
                "pair": {"prefixItems": [{}, personal]},
                "x-personal": {"type": "string"},
            },
            "patternProperties": {"^tel": personal},
            "anyOf": [{"properties": {"other": personal}}, {}],
        });
        let value = json!({"id": 7, "family": [{"name": "a", "age": 3}], "pair": [1, 2], "x-personal": "x", "other": [1], "tel-2": "1"});
        let all = covered(schema.clone(), value);
        assert_eq!((&all["tel-2"], &all["x-personal"]), (&json!("X"), &json!("x")));
        assert_eq!(all["family"], json!([{"name": "X", "age": 3}]));
        assert_eq!(
            (&all["id"], &all["pair"], &all["other"]),
            (&json!("X"), &json!([1, "X"]), &json!("X"))
        );
        assert!(marks_any(&schema) && !marks_any(&json!({"type": "object"})));
    }

    #[test]
    fn a_mark_that_is_no_boolean_is_refused() {
        let wrong = json!({"properties": {"id": {"x-personal": "yes"}}});
        let faults = crate::compile(&wrong).err().unwrap();
        assert_eq!(faults[0].pointer, "/properties/id/x-personal");
    }
}
