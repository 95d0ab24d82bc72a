//! Identities as they are written and as they are kept: what finds a customer must be one thing,
//! however it was typed.

use crate::{Problem, request::IdentityDraft, sentences};
use regulars_model::{Fault, Identity, customer::IdentityKind, said::Said};
use rlibphonenumber::{PhoneNumber, Region};

/// Where a phone without a country code is read.
const DEFAULT_REGION: Region = Region::CN;

/// Chinese numbers that reach nobody directly: M2M and the privacy numbers that platforms hand out
/// in place of the customer's own (170, 171, 162, 165, 167 are resold, yet people's own).
const VIRTUAL_PREFIXES: [&str; 12] =
    ["1400", "1410", "14400", "1440", "146", "148", "149", "172", "10648", "950", "9501", "9503"];

/// Normalises every draft; all faults at once, each with its pointer under `pointer`.
pub fn read_identities(drafts: &[IdentityDraft], pointer: &str) -> Result<Vec<Identity>, Problem> {
    let mut identities = Vec::with_capacity(drafts.len());
    let mut faults = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        match read_identity(draft) {
            Ok(identity) if identities.contains(&identity) => {}
            Ok(identity) => identities.push(identity),
            Err(fault) => faults.push(fault.under(&format!("{pointer}/{index}"))),
        }
    }
    if faults.is_empty() { Ok(identities) } else { Err(Problem::invalid(faults)) }
}

pub fn read_identity(draft: &IdentityDraft) -> Result<Identity, Fault> {
    let text = draft.value.trim();
    let value = match draft.kind {
        IdentityKind::Phone => read_phone(text),
        IdentityKind::Email => read_email(text),
        IdentityKind::Card | IdentityKind::WechatUnion => read_code(text),
        IdentityKind::Own => read_own(text),
    };
    let fault = |message| Fault::new("/value", "wrong_identity", message);
    value.map(|value| Identity { kind: draft.kind, value }).map_err(fault)
}

/// Into E.164. A masked number (138****8000) and a virtual one find nobody, so they are refused.
fn read_phone(text: &str) -> Result<String, Said> {
    if text.contains(['*', 'x', 'X', '•', '＊']) {
        return Err(sentences::phone_masked());
    }
    let ascii: String = text.chars().map(half_width).collect();
    let wrong = || sentences::no_phone();
    if !ascii.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c)) {
        return Err(wrong());
    }
    let number = PhoneNumber::parse(&ascii, Some(DEFAULT_REGION)).map_err(|_| wrong())?;
    if !number.is_valid() {
        return Err(wrong());
    }
    let e164 = number.to_string();
    let national = e164.strip_prefix("+86").unwrap_or_default();
    if VIRTUAL_PREFIXES.iter().any(|prefix| national.starts_with(prefix)) {
        return Err(sentences::phone_virtual());
    }
    Ok(e164)
}

/// Full-width digits and signs, as Chinese keyboards give them, into plain ones.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn read_email(text: &str) -> Result<String, Said> {
    let lower = text.to_lowercase();
    let valid = lower.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains("..")
            && !host.contains('@')
    });
    let printable = lower.chars().all(|c| !c.is_whitespace() && !c.is_control());
    if valid && printable && lower.len() <= 254 { Ok(lower) } else { Err(sentences::no_email()) }
}

fn read_code(text: &str) -> Result<String, Said> {
    let valid = !text.is_empty()
        && text.chars().count() <= 128
        && text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    if valid { Ok(text.to_owned()) } else { Err(sentences::no_code()) }
}

fn read_own(text: &str) -> Result<String, Said> {
    let code = read_code(text)?;
    match code.split_once(':') {
        Some((system, id)) if !system.is_empty() && !id.is_empty() => Ok(code),
        _ => Err(sentences::no_own_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: IdentityKind, value: &str) -> Result<String, Fault> {
        read_identity(&IdentityDraft { kind, value: value.to_owned() })
            .map(|identity| identity.value)
    }

    #[test]
    fn one_phone_however_written() {
        for written in [
            "13800138000",
            "+86 138 0013 8000",
            "138-0013-8000",
            "008613800138000",
            "１３８００１３８０００",
        ] {
            assert_eq!(
                read(IdentityKind::Phone, written).as_deref(),
                Ok("+8613800138000"),
                "{written}"
            );
        }
        assert_eq!(read(IdentityKind::Phone, "+852 5123 4567").as_deref(), Ok("+85251234567"));
    }

    #[test]
    fn what_reaches_nobody_is_refused() {
        for wrong in ["138****8000", "1380013800", "14400001234", "abc", "", "+86", "17200001234"] {
            assert!(read(IdentityKind::Phone, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn other_kinds() {
        assert_eq!(
            read(IdentityKind::Email, " A.B@Example.COM ").as_deref(),
            Ok("a.b@example.com")
        );
        assert!(read(IdentityKind::Email, "a@b").is_err());
        assert_eq!(read(IdentityKind::Own, "shop:42").as_deref(), Ok("shop:42"));
        assert!(read(IdentityKind::Own, "42").is_err());
        assert!(read(IdentityKind::Card, "a b").is_err());
    }
}
