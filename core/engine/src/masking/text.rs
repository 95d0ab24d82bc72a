//! Masks: enough is left to tell two apart and to see what it was.

use super::MASK;
use regulars_model::customer::IdentityKind;

/// `138****8000`, `a***@example.com`, `VI****07`.
pub fn mask_identity(kind: IdentityKind, value: &str) -> String {
    match kind {
        IdentityKind::Phone => mask_number(value),
        IdentityKind::Email => match value.split_once('@') {
            Some((user, host)) => {
                let first: String = user.chars().take(1).collect();
                format!("{first}***@{host}")
            }
            None => MASK.to_owned(),
        },
        IdentityKind::Card | IdentityKind::WechatUnion | IdentityKind::Own => ends(value, 2, 2),
    }
}

fn mask_number(number: &str) -> String {
    let national = number.strip_prefix("+86").unwrap_or(number);
    ends(national.trim_start_matches('+'), 3, 4)
}

/// The first and the last of it, where as much again is hidden.
fn ends(text: &str, first: usize, last: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < first + last + 3 {
        return MASK.to_owned();
    }
    let head: String = chars[..first].iter().collect();
    let tail: String = chars[chars.len() - last..].iter().collect();
    format!("{head}{MASK}{tail}")
}

/// Telephone numbers as people write them into texts: Chinese mobile ones with or without +86, others
/// with their country's code.
pub fn mask_numbers(text: &mut String) {
    if text.bytes().filter(u8::is_ascii_digit).count() < 8 {
        return;
    }
    let mut masked = String::with_capacity(text.len());
    let (mut rest, mut before) = (text.as_str(), None);
    while let Some(next) = rest.chars().next() {
        let begins = next == '+' || next.is_ascii_digit();
        let stands_alone = before.is_none_or(|before: char| !before.is_ascii_alphanumeric());
        let number = if begins && stands_alone { read_number(rest) } else { None };
        let taken = match number {
            Some((length, digits)) => {
                masked.push_str(&mask_number(&digits));
                &rest[..length]
            }
            None if begins => {
                let end = rest[1..].find(|c: char| !c.is_ascii_digit());
                let run = &rest[..end.map_or(rest.len(), |end| end + 1)];
                masked.push_str(run);
                run
            }
            None => {
                masked.push(next);
                &rest[..next.len_utf8()]
            }
        };
        before = taken.chars().last();
        rest = &rest[taken.len()..];
    }
    *text = masked;
}

/// How long the number at the beginning is, and its digits.
fn read_number(text: &str) -> Option<(usize, String)> {
    let (mut digits, mut gap) = (String::new(), false);
    let mut number = None;
    for (at, c) in text.char_indices() {
        match c {
            '+' if at == 0 => {}
            ' ' | '-' if !gap && at > 0 => gap = true,
            '0'..='9' => {
                digits.push(c);
                gap = false;
                let end = at + 1;
                if text[end..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    continue;
                }
                if let Some(mobile) = mobile(&digits) {
                    // Another number may follow.
                    return Some((end, mobile.to_owned()));
                }
                // A foreign one has as many groups as its country likes.
                if text.starts_with('+') && (8..=15).contains(&digits.len()) {
                    number = Some((end, digits.clone()));
                }
            }
            _ => break,
        }
    }
    number
}

/// Without the country's code.
fn mobile(digits: &str) -> Option<&str> {
    [Some(digits), digits.strip_prefix("86")].into_iter().flatten().find(|own| is_mobile(own))
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_identity_has_its_mask() {
        for (kind, value, masked) in [
            (IdentityKind::Phone, "+8613800138000", "138****8000"),
            (IdentityKind::Phone, "+85251234567", "852****4567"),
            (IdentityKind::Email, "wang@example.com", "w***@example.com"),
            (IdentityKind::Card, "VIP-000107", "VI****07"),
            (IdentityKind::Card, "107", "****"),
            (IdentityKind::Own, "shop:10042", "sh****42"),
        ] {
            assert_eq!(mask_identity(kind, value), masked);
        }
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for (text, masked) in [
            ("call 13800138000 today", "call 138****8000 today"),
            ("请致电138 0013 8000。", "请致电138****8000。"),
            ("+86 138-0013-8000, or +852 5123 4567", "138****8000, or 852****4567"),
            ("+44 20 7946 0958.", "442****0958."),
            ("+86 10 6552 9988", "861****9988"),
            ("13800138000/13900139000", "138****8000/139****9000"),
            ("13800138000 13900139000", "138****8000 139****9000"),
            ("receipt 20260302000123 of 2026-03-02", "receipt 20260302000123 of 2026-03-02"),
            (
                "cus_01890a5d-ac96-774b-bcce-b302099a8057",
                "cus_01890a5d-ac96-774b-bcce-b302099a8057",
            ),
            ("call-1772424000000000", "call-1772424000000000"),
            ("2026-03-04T04:00:00Z", "2026-03-04T04:00:00Z"),
            ("spent 12,345,678.00 CNY", "spent 12,345,678.00 CNY"),
        ] {
            let mut own = text.to_owned();
            mask_numbers(&mut own);
            assert_eq!(own, masked);
        }
    }
}
