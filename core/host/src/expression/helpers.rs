//! What import maps need beyond the language: numbers from text, and decimals that stay text.

use rhai::{Engine, EvalAltResult, ImmutableString};

type Text = ImmutableString;
type Rhai<T> = Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine) {
    engine
        .register_fn("int", |text: Text| -> Rhai<i64> {
            let trimmed = text.trim();
            trimmed.parse().map_err(|_| format!("`{trimmed}` is not a whole number").into())
        })
        .register_fn("trim", |text: Text| -> Text { text.trim().into() })
        .register_fn("lower", |text: Text| -> Text { text.to_lowercase().into() })
        .register_fn("upper", |text: Text| -> Text { text.to_uppercase().into() })
        .register_fn("round", |text: Text, places: i64| -> Rhai<Text> {
            let rounded = usize::try_from(places).ok().and_then(|places| round(&text, places));
            let rounded = rounded.ok_or_else(|| format!("`{text}` is not a number to round"))?;
            Ok(rounded.into())
        });
}

/// A decimal text with exactly so many places, half away from zero: ("2.345", 2) → "2.35".
fn round(text: &str, places: usize) -> Option<String> {
    let text = text.trim();
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if places > 9 || whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    let minor: i64 = format!("{whole}{kept}").parse().ok()?;
    let up = fraction.as_bytes().get(places).is_some_and(|next| *next >= b'5');
    let minor = minor.checked_add(i64::from(up))?;
    let padded = format!("{minor:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let sign = if minor == 0 { "" } else { sign };
    Some(if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}
