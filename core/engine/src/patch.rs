//! JSON Merge Patch (RFC 7396) over what people edit of a customer.

use crate::{
    Ctx, Problem,
    configuration::Configuration,
    customers::{check_record, find_store},
    record::{Loaded, Record},
    sentences,
};
use regulars_model::{
    Fault, Lifecycle, Profile, StaffId,
    fault::pointer_token,
    limits::{NAME_CHARS_MAX, TEXT_CHARS_MAX},
    text::Bilingual,
};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

const PARTS: [&str; 6] = ["profile", "fields", "tags", "home_store", "assigned_to", "lifecycle"];

/// The customer as it would be, or every fault of the change.
pub fn apply(
    ctx: &Ctx,
    before: &Loaded,
    change: &Json,
    configuration: &Configuration,
) -> Result<Loaded, Problem> {
    let Some(parts) = change.as_object() else {
        return Err(Problem::invalid_at("", "wrong_type", sentences::object_of_changes()));
    };
    let unknown: Vec<Fault> = parts
        .keys()
        .filter(|part| !PARTS.contains(&part.as_str()))
        .map(|part| {
            let message = sentences::can_change(&PARTS[..]);
            Fault::new(pointer_token(part), "unknown_field", message)
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Problem::invalid(unknown));
    }
    let mut document = json!({
        "profile": before.record.profile,
        "fields": before.record.fields,
        "tags": before.record.tags,
        "lifecycle": before.record.lifecycle,
        "assigned_to": before.assigned_to,
    });
    merge(&mut document, change);
    let mut after = before.clone();
    after.record = Record {
        profile: read::<Option<Profile>>(&document, "profile")?.unwrap_or_default(),
        fields: read::<Option<_>>(&document, "fields")?.unwrap_or_default(),
        tags: read::<Option<_>>(&document, "tags")?.unwrap_or_default(),
        lifecycle: read::<Option<Lifecycle>>(&document, "lifecycle")?,
    };
    after.assigned_to = read::<Option<StaffId>>(&document, "assigned_to")?;
    if let Some(store) = parts.get("home_store") {
        let code: Option<String> = read(change, "home_store")?;
        after.home_unit_id = match store {
            Json::Null if !ctx.actor.units.is_empty() => {
                let message = sentences::home_is_needed();
                return Err(Problem::invalid_at("/home_store", "not_your_unit", message));
            }
            Json::Null => None,
            _ => find_store(ctx, configuration, code.as_deref(), "/home_store")?,
        };
    }
    let faults = check_record(&after.record, configuration);
    if faults.is_empty() { Ok(after) } else { Err(Problem::invalid(faults)) }
}

/// RFC 7396: null removes, an object merges, everything else replaces.
pub fn merge(target: &mut Json, change: &Json) {
    let Json::Object(change) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Json::Object(target) = target else { return };
    for (name, value) in change {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Json::Null), value);
        }
    }
}

fn read<T: DeserializeOwned>(document: &Json, part: &str) -> Result<T, Problem> {
    let json = document.get(part).cloned().unwrap_or(Json::Null);
    serde_json::from_value(json).map_err(|error| {
        Problem::invalid_at(&pointer_token(part), "wrong_value", not_readable(&error))
    })
}

/// In Chinese a sentence of ours stands around what serde says.
fn not_readable(error: &serde_json::Error) -> Bilingual {
    let said = sentences::not_readable(error.to_string());
    Bilingual { en: error.to_string(), ..said.text }
}

pub fn check_profile(profile: &Profile) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (field, text, most) in [
        ("name", &profile.name, NAME_CHARS_MAX),
        ("gender", &profile.gender, 32),
        ("address", &profile.address, TEXT_CHARS_MAX),
        ("note", &profile.note, TEXT_CHARS_MAX),
    ] {
        if text.as_ref().is_some_and(|text| text.is_empty() || text.chars().count() > most) {
            let message = sentences::chars_between(1, most);
            faults.push(Fault::new(format!("/profile/{field}"), "wrong_length", message));
        }
    }
    if profile.birthday.as_deref().is_some_and(|text| !is_birthday(text)) {
        let message = sentences::no_birthday();
        faults.push(Fault::new("/profile/birthday", "wrong_value", message));
    }
    if profile.language.as_deref().is_some_and(|text| !["en", "zh-CN"].contains(&text)) {
        faults.push(Fault::new("/profile/language", "not_in_list", sentences::no_language()));
    }
    faults
}

/// A year that is not known is read as a leap year.
fn is_birthday(text: &str) -> bool {
    let date = match text.strip_prefix("--") {
        Some(rest) => format!("2000-{rest}"),
        None => text.to_owned(),
    };
    date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_as_the_rfc_says() {
        for (target, change, merged) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"a": "foo"}), json!({"b": {"c": null}}), json!({"a": "foo", "b": {}})),
        ] {
            let mut document = target;
            merge(&mut document, &change);
            assert_eq!(document, merged);
        }
    }

    #[test]
    fn birthdays_with_and_without_year() {
        for right in ["2001-05-03", "--05-03", "--02-29"] {
            assert!(is_birthday(right), "{right}");
        }
        for wrong in ["2001-02-29", "--13-01", "0503", "2001-5-3", ""] {
            assert!(!is_birthday(wrong), "{wrong}");
        }
    }
}
