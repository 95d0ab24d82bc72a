//! `Settings`, `Inputs`, `Customer` and `Event`: what a rule reads, by name.

use crate::{
    names,
    shapes::{Shapes, doc},
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use regulars_model::{Manifest, Shape, input::Aggregate};
use std::collections::BTreeSet;

pub(crate) struct Member {
    pub name: Ident,
    pub doc: String,
    pub typed: TokenStream,
    pub read: TokenStream,
}

pub fn settings(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut members = Vec::new();
    for (index, (name, setting)) in manifest.settings.iter().enumerate() {
        let value = shapes.read_type(&setting.shape, name)?;
        members.push(Member {
            name: names::snake(name),
            doc: format!("{}. Default: `{}`.", doc(&setting.label), setting.default),
            typed: quote!(::regulars_sdk::Setting<#value>),
            read: quote!(words.setting(#index)),
        });
    }
    define("Settings", "The plugin's settings, resolved for the customer's home store.", members)
}

pub fn inputs(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut members = Vec::new();
    for (index, (name, input)) in manifest.inputs.iter().enumerate() {
        let always = matches!(
            input.aggregate,
            Aggregate::Count | Aggregate::Days | Aggregate::Distinct | Aggregate::Sum
        );
        let kinds = input.events.join(", ");
        let doc = format!("{:?} of `{}` over: {kinds}.", input.aggregate, input.measure.name());
        members.push(member(name, index, &input.shape(), always, doc, shapes)?);
    }
    define("Inputs", "The declared inputs as of the entry.", members)
}

pub fn customer(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut members = Vec::new();
    for (index, name) in manifest.customer_reads().into_iter().enumerate() {
        let own = name.strip_prefix(&manifest.id).and_then(|rest| rest.strip_prefix('.'));
        let short = own.unwrap_or(name);
        let always = name == "assigned" || name.starts_with("consent.");
        let shape = manifest.customer_read_shape(name);
        members.push(member(short, index, &shape, always, format!("`{name}`"), shapes)?);
    }
    define("Customer", "What is read of the customer, as it was before this decision.", members)
}

pub fn event(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut members = Vec::new();
    for (index, name) in manifest.event_reads().into_iter().enumerate() {
        let shape = manifest.event_read_shape(name);
        members.push(member(name, index, &shape, false, format!("`{name}`"), shapes)?);
    }
    define("Event", "What is read of the event; all absent unless the cause is one.", members)
}

/// A value that is `always` there can be compared at once; any other may be absent.
fn member(
    name: &str,
    index: usize,
    shape: &Shape,
    always: bool,
    doc: String,
    shapes: &mut Shapes,
) -> Result<Member, String> {
    let value = shapes.read_type(shape, name)?;
    let (typed, read) = match shape {
        Shape::List { .. } => (value, quote!(words.plain(#index))),
        Shape::Record { .. } => (quote!(Option<#value>), quote!(words.maybe(#index).get())),
        _ if always => {
            (quote!(::regulars_sdk::Measured<'c, #value>), quote!(words.measured(#index)))
        }
        _ => (quote!(::regulars_sdk::Maybe<'c, #value>), quote!(words.maybe(#index))),
    };
    Ok(Member { name: names::snake(name), doc, typed, read })
}

pub(crate) fn define(name: &str, doc: &str, members: Vec<Member>) -> Result<TokenStream, String> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = members.iter().find(|member| !seen.insert(member.name.to_string())) {
        return Err(format!("two things the plugin reads are both called `{}`", twice.name));
    }
    let ident = format_ident!("{name}");
    let words = if members.is_empty() { quote!(_) } else { quote!(words) };
    let width = members.len();
    let names = members.iter().map(|member| &member.name);
    let reads = members.iter().map(|member| &member.read);
    let typed = members
        .iter()
        .map(|Member { name, doc, typed, .. }| quote!(#[doc = #doc] pub #name: #typed));
    Ok(quote! {
        #[doc = #doc]
        #[derive(Clone, Copy)]
        pub struct #ident<'c> {
            #(#typed,)*
            call: ::std::marker::PhantomData<&'c ()>,
        }

        impl<'c> #ident<'c> {
            #[doc(hidden)]
            pub const WIDTH: usize = #width;

            #[doc(hidden)]
            pub fn read(#words: ::regulars_sdk::generated::Words<'c>) -> Self {
                #ident { #(#names: #reads,)* call: ::std::marker::PhantomData }
            }
        }
    })
}
