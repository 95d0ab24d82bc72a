//! The definitions of a manifest's own types: an enum for each choice, a struct for each record.

use crate::{
    names,
    shapes::{Shapes, borrows, doc},
};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use regulars_model::{Shape, shape::Choice};
use std::collections::BTreeMap;

impl Shapes {
    /// The definitions of all choices and records named so far, and of those inside them.
    pub fn define(mut self) -> Result<TokenStream, String> {
        let mut defined = BTreeMap::new();
        while let Some((name, shape)) = self.named.pop_first() {
            let tokens = match &shape {
                Shape::Choice { values } => define_choice(&name, values),
                Shape::Record { fields } => self.define_record(&name, fields)?,
                _ => continue,
            };
            let known = defined.insert(names::pascal(&name).to_string(), (name.clone(), tokens));
            if known.is_some_and(|(other, _)| other != name) {
                return Err(format!("`{name}` and another name both make a type of one name"));
            }
        }
        Ok(defined.into_values().map(|(_, tokens)| tokens).collect())
    }

    fn define_record(
        &mut self,
        name: &str,
        fields: &BTreeMap<String, Shape>,
    ) -> Result<TokenStream, String> {
        let mut members = Vec::new();
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for (index, (field, shape)) in fields.iter().enumerate() {
            let inner = match shape {
                Shape::Choice { .. } | Shape::Record { .. } | Shape::List { .. } => {
                    format!("{name}_{field}")
                }
                _ => field.clone(),
            };
            let (ident, typed) = (names::snake(field), self.read_type(shape, &inner)?);
            let marker = self.marker(shape, &inner)?;
            members.push(quote!(pub #ident: #typed));
            reads.push(quote!(#ident: ::regulars_sdk::Read::read(words[#index], writer)));
            writes.push(quote!(::regulars_sdk::Arg::<#marker>::write(&self.#ident, writer)));
        }
        let ident = names::pascal(name);
        let shape = Shape::Record { fields: fields.clone() };
        let (own, of_static) = match borrows(&shape) {
            true => (quote!(#ident<'c>), quote!(#ident<'static>)),
            false => (quote!(#ident), quote!(#ident)),
        };
        Ok(quote! {
            #[derive(Clone, Copy)]
            pub struct #own { #(#members),* }

            impl<'c> ::regulars_sdk::Read<'c> for #own {
                fn read(word: i64, writer: &'c ::regulars_sdk::generated::Writer<'c>) -> Self {
                    let words = writer.words(word);
                    #ident { #(#reads),* }
                }
            }

            impl<'c> ::regulars_sdk::Present for #own {}

            impl<'c> ::regulars_sdk::Arg<#of_static> for #own {
                fn write(&self, writer: &::regulars_sdk::generated::Writer<'_>) -> i64 {
                    let words = ::std::vec![#(#writes),*];
                    writer.list(words).into()
                }
            }
        })
    }
}

fn define_choice(name: &str, values: &[Choice]) -> TokenStream {
    let ident = names::pascal(name);
    let variants: Vec<Ident> = values.iter().map(|choice| names::pascal(&choice.value)).collect();
    let labels = values.iter().map(|choice| doc(&choice.label));
    let words = values.iter().map(|choice| &choice.value);
    let positions = (0..values.len() as i64).map(Literal::i64_unsuffixed);
    quote! {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #ident { #(#[doc = #labels] #variants),* }

        impl #ident {
            /// The word as the manifest declares it.
            pub const fn name(self) -> &'static str {
                match self { #(#ident::#variants => #words),* }
            }
        }

        impl ::regulars_sdk::Scalar for #ident {
            fn word(self) -> i64 {
                self as i64
            }

            fn from_word(word: i64) -> Self {
                match word {
                    #(#positions => #ident::#variants,)*
                    _ => ::core::panic!("{} has no word {word}", #name),
                }
            }
        }
    }
}
