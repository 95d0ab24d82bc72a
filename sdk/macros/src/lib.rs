//! Macros of `regulars-sdk`, which re-exports them: a plugin's manifest as types.

mod attributes;
mod constants;
mod define;
mod names;
mod plugin;
mod reads;
mod shapes;
mod tables;

use proc_macro::TokenStream;

/// `plugin!("plugin.toml")`: types and constants for what the manifest beside `Cargo.toml` declares.
/// A manifest that does not hang together does not compile, and the error is its sentence.
#[proc_macro]
pub fn plugin(input: TokenStream) -> TokenStream {
    let path = syn::parse_macro_input!(input as syn::LitStr);
    plugin::expand(&path).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// On `fn(call: &Call, out: &mut Decision)`, beside `plugin!`: the rule.
#[proc_macro_attribute]
pub fn decide(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attributes::decide(arguments.into(), item.into())
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// On `fn(settings: &Settings, out: &mut Complaints)`, beside `plugin!`: refuses settings that no
/// schema can, such as thresholds out of order. Without it, what the schema admits is taken.
#[proc_macro_attribute]
pub fn check_settings(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attributes::check_settings(arguments.into(), item.into())
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}
