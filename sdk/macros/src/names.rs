//! Names of a manifest (`mid_from`, `thank-you-call`, `consent.marketing`) as Rust names.

use proc_macro2::{Ident, Span};
use quote::format_ident;

/// `consent.marketing` → `consent_marketing`; a keyword gets its `r#`.
pub fn snake(name: &str) -> Ident {
    let text = words(name).join("_");
    syn::parse_str(&text).unwrap_or_else(|_| match text.as_str() {
        "self" | "super" | "crate" | "Self" | "_" | "" => format_ident!("{text}_"),
        _ if text.starts_with(|first: char| first.is_ascii_digit()) => format_ident!("_{text}"),
        _ => Ident::new_raw(&text, Span::call_site()),
    })
}

/// `case-study` → `CaseStudy`.
pub fn pascal(name: &str) -> Ident {
    let capitalised = |word: &String| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    let text: String = words(name).iter().map(capitalised).collect();
    match syn::parse_str(&text) {
        Ok(ident) => ident,
        Err(_) => format_ident!("_{text}"),
    }
}

/// `thank-you-call` → `THANK_YOU_CALL`.
pub fn shouting(name: &str) -> Ident {
    let text = words(name).join("_").to_uppercase();
    match syn::parse_str(&text) {
        Ok(ident) => ident,
        Err(_) => format_ident!("_{text}"),
    }
}

/// What one item of a list is called: `steps` → `step`, `path` → `path_item`.
pub fn singular(name: &str) -> String {
    match name.strip_suffix('s') {
        Some(one) if !one.is_empty() => one.to_owned(),
        _ => format!("{name}_item"),
    }
}

/// Characters outside ASCII are written by their code, so that every name has a spelling.
fn words(name: &str) -> Vec<String> {
    let ascii: String = name
        .chars()
        .map(|c| match c {
            _ if c.is_ascii_alphanumeric() => c.to_string(),
            _ if c.is_ascii() => "_".to_owned(),
            _ => format!("_u{:x}_", u32::from(c)),
        })
        .collect();
    ascii.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_manifest_become_names_of_rust() {
        assert_eq!(snake("consent.marketing").to_string(), "consent_marketing");
        assert_eq!(snake("type").to_string(), "r#type");
        assert_eq!(pascal("case-study").to_string(), "CaseStudy");
        assert_eq!(pascal("24h").to_string(), "_24h");
        assert_eq!(shouting("thank-you-call").to_string(), "THANK_YOU_CALL");
        assert_eq!(singular("steps"), "step");
        assert_eq!(singular("path"), "path_item");
    }
}
