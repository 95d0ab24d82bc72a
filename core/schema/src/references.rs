//! A reference may point anywhere inside its schema, but not outside, and not round in a circle;
//! and however often definitions are shared, the schema written out in full stays small. So what a
//! check costs is known before the schema is taken.

use crate::sentences;
use regulars_model::{Fault, fault::pointer_token};
use serde_json::Value as Json;
use std::collections::HashMap;

/// Subschemas of a schema with every reference written out.
const SUBSCHEMAS_MAX: u64 = 10_000;
/// How deep subschemas and references may stand in each other.
const DEPTH_MAX: usize = 100;

/// Keywords whose value is one schema, a list of schemas, and a schema under each name.
const ONE: [&str; 10] = [
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
];
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const MAPS: [&str; 4] = ["properties", "patternProperties", "dependentSchemas", "$defs"];
/// They make the meaning of a reference depend on where it is met.
const REFUSED: [&str; 4] = ["$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary"];

pub fn check(schema: &Json) -> Result<(), Fault> {
    let mut walk = Walk { root: schema, depth: 0, sizes: HashMap::new() };
    let size = walk.size(schema, "")?;
    if size > SUBSCHEMAS_MAX {
        let message = sentences::too_many_parts(size, SUBSCHEMAS_MAX);
        return Err(Fault::new("", "too_large", message));
    }
    Ok(())
}

struct Walk<'a> {
    root: &'a Json,
    depth: usize,
    /// Of each target of a reference; none while it is being walked.
    sizes: HashMap<&'a str, Option<u64>>,
}

impl<'a> Walk<'a> {
    fn size(&mut self, schema: &'a Json, at: &str) -> Result<u64, Fault> {
        let Some(object) = schema.as_object() else { return Ok(1) };
        refuse_keywords(object, at)?;
        if self.depth == DEPTH_MAX {
            let message = sentences::too_deep(DEPTH_MAX);
            return Err(Fault::new(at, "too_large", message));
        }
        self.depth += 1;
        let mut size: u64 = 1;
        for (keyword, value) in object {
            let here = format!("{at}{}", pointer_token(keyword));
            let inner = match (keyword.as_str(), value) {
                ("$ref", Json::String(target)) => self.size_of_target(target, &here)?,
                (word, value) if ONE.contains(&word) => self.size(value, &here)?,
                (word, Json::Array(list)) if LISTS.contains(&word) => {
                    self.sum(list.iter().enumerate().map(|(i, one)| (i.to_string(), one)), &here)?
                }
                (word, Json::Object(map)) if MAPS.contains(&word) => {
                    self.sum(map.iter().map(|(name, one)| (name.clone(), one)), &here)?
                }
                _ => 0,
            };
            size = size.saturating_add(inner);
        }
        self.depth -= 1;
        Ok(size)
    }

    fn sum(
        &mut self,
        schemas: impl Iterator<Item = (String, &'a Json)>,
        at: &str,
    ) -> Result<u64, Fault> {
        let mut sum: u64 = 0;
        for (name, schema) in schemas {
            let size = self.size(schema, &format!("{at}{}", pointer_token(&name)))?;
            sum = sum.saturating_add(size);
        }
        Ok(sum)
    }

    fn size_of_target(&mut self, target: &'a str, at: &str) -> Result<u64, Fault> {
        let circle = || {
            let message = sentences::recurs(target);
            Fault::new(at, "recursive_reference", message)
        };
        match self.sizes.get(target) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(circle()),
            None => {}
        }
        // Escapes of URIs would let two spellings name one place.
        let inside = target.strip_prefix('#').filter(|pointer| {
            (pointer.is_empty() || pointer.starts_with('/')) && !pointer.contains('%')
        });
        let Some(pointer) = inside else {
            let message = sentences::outside(target);
            return Err(Fault::new(at, "external_reference", message));
        };
        let Some(schema) = self.root.pointer(pointer) else {
            let message = sentences::nothing_at(target);
            return Err(Fault::new(at, "unresolved_reference", message));
        };
        if pointer.is_empty() {
            return Err(circle());
        }
        self.sizes.insert(target, None);
        let size = self.size(schema, pointer)?;
        self.sizes.insert(target, Some(size));
        Ok(size)
    }
}

fn refuse_keywords(object: &serde_json::Map<String, Json>, at: &str) -> Result<(), Fault> {
    let nested_id = (!at.is_empty() && object.contains_key("$id")).then_some("$id");
    let nested_dialect = (!at.is_empty() && object.contains_key("$schema")).then_some("$schema");
    let refused = REFUSED.into_iter().find(|word| object.contains_key(*word));
    match refused.or(nested_id).or(nested_dialect) {
        Some(word) => {
            let message = sentences::not_taken(word);
            Err(Fault::new(format!("{at}{}", pointer_token(word)), "not_allowed", message))
        }
        None => Ok(()),
    }
}
