//! Before and after, without what stayed.

use regulars_model::{
    canonical::{hash_bytes, hex},
    limits::AUDIT_CONTENT_BYTES_MAX,
};
use serde_json::{Map, Value as Json, json};

/// Both without the members that are equal in both. Lists and plain values count as a whole.
pub fn only_changes(before: Json, after: Json) -> (Json, Json) {
    match (before, after) {
        (Json::Object(before), Json::Object(after)) => {
            let (before, after) = changed_members(before, after);
            (Json::Object(before), Json::Object(after))
        }
        both => both,
    }
}

fn changed_members(
    before: Map<String, Json>,
    mut after: Map<String, Json>,
) -> (Map<String, Json>, Map<String, Json>) {
    let (mut was, mut is) = (Map::new(), Map::new());
    for (name, old) in before {
        match after.remove(&name) {
            Some(new) if new == old => {}
            Some(new) => {
                let (old, new) = only_changes(old, new);
                was.insert(name.clone(), old);
                is.insert(name, new);
            }
            None => drop(was.insert(name, old)),
        }
    }
    is.extend(after);
    (was, is)
}

/// As text; of what is too large only how large it is, and its hash.
pub fn bounded(content: Json) -> String {
    let text = content.to_string();
    if text.len() <= AUDIT_CONTENT_BYTES_MAX {
        return text;
    }
    let sha256 = hex(&hash_bytes(&[text.as_bytes()]));
    json!({"too_large": {"bytes": text.len(), "sha256": sha256}}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_left_out() {
        let before = json!({"name": "A", "at": {"x": 1, "y": 2}, "tags": [1, 2], "gone": null});
        let after = json!({"name": "A", "at": {"x": 1, "y": 3}, "tags": [1], "new": true});
        let (was, is) = only_changes(before.clone(), after);
        assert_eq!(was, json!({"at": {"y": 2}, "tags": [1, 2], "gone": null}));
        assert_eq!(is, json!({"at": {"y": 3}, "tags": [1], "new": true}));
        assert_eq!(only_changes(before.clone(), before), (json!({}), json!({})));
        assert_eq!(only_changes(json!(1), json!({"a": 1})), (json!(1), json!({"a": 1})));
    }

    #[test]
    fn what_is_too_large_is_known_by_its_hash() {
        let most = "x".repeat(AUDIT_CONTENT_BYTES_MAX - 2);
        assert_eq!(bounded(json!(most)).len(), AUDIT_CONTENT_BYTES_MAX);
        let more = bounded(json!(format!("{most}x")));
        assert!(more.contains("sha256") && more.len() < 200, "{more}");
    }
}
