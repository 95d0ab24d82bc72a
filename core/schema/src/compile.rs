use crate::{fault, personal, references, sentences};
use jsonschema::{Draft, PatternOptions};
use regulars_model::{Fault, limits, text::Bilingual};
use serde_json::Value as Json;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
/// A pattern that grows past this when compiled is refused.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// One schema, compiled. Checks in time linear in the value: no pattern backtracks and no reference recurs.
pub struct Validator(jsonschema::Validator);

impl Validator {
    /// Every fault with its pointer, at most 20.
    pub fn check(&self, value: &Json) -> Result<(), Vec<Fault>> {
        if self.0.is_valid(value) {
            return Ok(());
        }
        Err(fault::collect(self.0.iter_errors(value)))
    }
}

/// Refuses what is not a JSON Schema 2020-12, or could make checking slow or reach elsewhere.
/// Pointers are into the schema.
pub fn compile(schema: &Json) -> Result<Validator, Vec<Fault>> {
    check_size(schema)?;
    check_dialect(schema)?;
    let meta = jsonschema::draft202012::meta::validator();
    if !meta.is_valid(schema) {
        return Err(fault::collect(meta.iter_errors(schema)));
    }
    references::check(schema).map_err(|fault| vec![fault])?;
    personal::check(schema).map_err(|fault| vec![fault])?;
    let pattern =
        PatternOptions::regex().size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX);
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(pattern)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .build(schema)
        .map(Validator)
        .map_err(|error| {
            // A compile error's instance is the schema, so its instance path is the place in it.
            let at = error.instance_path().as_str().to_owned();
            vec![Fault::new(at, "invalid_schema", not_a_schema(&error.to_string()))]
        })
}

/// In Chinese a sentence of ours stands around what the compiler of schemas says.
fn not_a_schema(error: &str) -> Bilingual {
    let en = fault::shorten(error);
    let said = sentences::not_a_schema(&en).text;
    Bilingual { en, ..said }
}

fn check_size(schema: &Json) -> Result<(), Vec<Fault>> {
    let bytes = schema.to_string().len();
    if bytes <= limits::SCHEMA_BYTES_MAX {
        return Ok(());
    }
    let message = sentences::too_many_bytes(bytes, limits::SCHEMA_BYTES_MAX);
    Err(vec![Fault::new("", "too_large", message)])
}

fn check_dialect(schema: &Json) -> Result<(), Vec<Fault>> {
    match schema.get("$schema").map(|dialect| (dialect, dialect.as_str())) {
        None => Ok(()),
        Some((_, Some(text))) if text.trim_end_matches('#') == DRAFT => Ok(()),
        Some((found, _)) => {
            let message = sentences::other_dialect(DRAFT, fault::brief(found));
            Err(vec![Fault::new("/$schema", "other_dialect", message)])
        }
    }
}
