//! `fields`, `texts`, `events`, and all that is granted: `tags`, `tasks`, `messages`, …

use crate::{
    names,
    shapes::{Shapes, doc},
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use regulars_model::{Lifecycle, Manifest, Shape, text::Bilingual};
use std::collections::BTreeMap;

pub fn all(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let modules = [
        fields(manifest, shapes)?,
        texts(manifest, shapes)?,
        templates(
            ("messages", "The messages it may send, with their variables.", "MessageKind"),
            manifest.messages.iter().map(|(name, own)| (name, &own.variables, &own.label)),
            shapes,
        )?,
        templates(
            ("vouchers", "The vouchers it may issue, with their variables.", "VoucherKind"),
            manifest.vouchers.iter().map(|(name, own)| (name, &own.variables, &own.label)),
            shapes,
        )?,
        templates(
            ("custom", "The effects of its own making, with their variables.", "CustomKind"),
            manifest.custom.iter().map(|(name, own)| (name, &own.variables, &own.label)),
            shapes,
        )?,
        granted("tasks", "TaskKind", &manifest.grants.tasks),
        granted("tags", "Tag", &manifest.grants.tags),
        granted("accounts", "Account", &manifest.grants.points),
        lifecycle(&manifest.granted_lifecycles()),
        events(manifest, shapes)?,
    ];
    Ok(modules.into_iter().collect())
}

struct Constant {
    name: Ident,
    doc: String,
    typed: TokenStream,
    value: TokenStream,
}

fn module(name: &str, doc: &str, constants: Vec<Constant>) -> TokenStream {
    if constants.is_empty() {
        return TokenStream::new();
    }
    let name = format_ident!("{name}");
    let constants = constants.iter().map(|Constant { name, doc, typed, value }| {
        quote!(#[doc = #doc] pub const #name: #typed = #value;)
    });
    quote! {
        #[doc = #doc]
        pub mod #name {
            #[allow(unused_imports)]
            use super::*;
            #(#constants)*
        }
    }
}

fn fields(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut constants = Vec::new();
    for (at, (name, field)) in (0_u32..).zip(&manifest.fields) {
        let shape = shapes.marker(&field.shape, name)?;
        constants.push(Constant {
            name: names::shouting(name),
            doc: doc(&field.label),
            typed: quote!(::regulars_sdk::Field<#shape>),
            value: quote!(::regulars_sdk::Field::at(#at)),
        });
    }
    Ok(module("fields", "The fields the plugin owns.", constants))
}

fn texts(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut constants = Vec::new();
    for (at, (name, text)) in (0_u32..).zip(&manifest.texts) {
        let mut args = Vec::new();
        for arg in &text.args {
            let shape = manifest.arg_shape(text, arg);
            let shape = shape.ok_or_else(|| format!("texts.{name}: `{arg}` has no shape"))?;
            args.push(shapes.marker(&shape, arg.strip_prefix("settings.").unwrap_or(arg))?);
        }
        constants.push(Constant {
            name: names::shouting(name),
            doc: format!("({}) {}\n\n{}", text.args.join(", "), text.en, text.zh_cn),
            typed: quote!(::regulars_sdk::Text<(#(#args,)*)>),
            value: quote!(::regulars_sdk::Text::at(#at)),
        });
    }
    Ok(module("texts", "The sentences of the manifest, with their arguments.", constants))
}

fn templates<'a>(
    (module_name, about, kind): (&str, &str, &str),
    declared: impl Iterator<Item = (&'a String, &'a BTreeMap<String, Shape>, &'a Bilingual)>,
    shapes: &mut Shapes,
) -> Result<TokenStream, String> {
    let kind = format_ident!("{kind}");
    let mut constants = Vec::new();
    for (at, (name, declared, label)) in (0_u32..).zip(declared) {
        let mut variables = Vec::new();
        for (variable, shape) in declared {
            variables.push(shapes.marker(shape, variable)?);
        }
        let order: Vec<&str> = declared.keys().map(String::as_str).collect();
        constants.push(Constant {
            name: names::shouting(name),
            doc: format!("({}) {}", order.join(", "), doc(label)),
            typed: quote!(::regulars_sdk::#kind<(#(#variables,)*)>),
            value: quote!(::regulars_sdk::#kind::at(#at)),
        });
    }
    Ok(module(module_name, about, constants))
}

/// Positions are those in byte order of the names.
fn granted(name: &str, kind: &str, granted: &[String]) -> TokenStream {
    let kind = format_ident!("{kind}");
    let mut sorted: Vec<&String> = granted.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let constants = (0_u32..).zip(sorted).map(|(at, own)| Constant {
        name: names::shouting(own),
        doc: format!("`{own}`"),
        typed: quote!(::regulars_sdk::#kind),
        value: quote!(::regulars_sdk::#kind::at(#at)),
    });
    module(name, "What the manifest grants.", constants.collect())
}

fn lifecycle(granted: &[Lifecycle]) -> TokenStream {
    let constants = (0_u32..).zip(granted).map(|(at, lifecycle)| Constant {
        name: names::shouting(lifecycle.name()),
        doc: format!("`{}`", lifecycle.name()),
        typed: quote!(::regulars_sdk::Stage),
        value: quote!(::regulars_sdk::Stage::at(#at)),
    });
    module("lifecycle", "The stages of a customer it may vote for.", constants.collect())
}

/// What it is asked about, and what it may append.
fn events(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut constants: Vec<Constant> = manifest
        .on
        .events
        .iter()
        .map(|kind| Constant {
            name: names::shouting(kind),
            doc: format!("`{kind}`"),
            typed: quote!(&str),
            value: quote!(#kind),
        })
        .collect();
    for (at, (name, declared)) in (0_u32..).zip(&manifest.events) {
        let ident = names::shouting(name);
        if constants.iter().any(|known| known.name == ident) {
            return Err(format!("events.{name} and a kind of on.events are both called {ident}"));
        }
        let mut data = Vec::new();
        for (member, shape) in &declared.data {
            data.push(shapes.marker(shape, member)?);
        }
        let amount = if declared.amount { quote!(::regulars_sdk::Money) } else { quote!(()) };
        let order: Vec<&str> = declared.data.keys().map(String::as_str).collect();
        constants.push(Constant {
            name: ident,
            doc: format!("({}) {}", order.join(", "), doc(&declared.label)),
            typed: quote!(::regulars_sdk::EventKind<#amount, (#(#data,)*)>),
            value: quote!(::regulars_sdk::EventKind::at(#at)),
        });
    }
    Ok(module("events", "The events it is asked about, and those it may append.", constants))
}
