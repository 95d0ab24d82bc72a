//! `Tables`, and a struct for the row of each.

use crate::{
    names,
    reads::{Member, define},
    shapes::{Shapes, doc},
};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use regulars_model::{Manifest, Shape, table::Table};

/// They stand after the settings.
pub fn all(manifest: &Manifest, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let mut members = Vec::new();
    let mut rows = Vec::new();
    for (index, (name, table)) in manifest.tables.iter().enumerate() {
        let position = manifest.settings.len() + index;
        let row = format_ident!("{}Row", names::pascal(name));
        members.push(Member {
            name: names::snake(name),
            doc: format!("{}, by `{}`.", doc(&table.label), table.key),
            typed: quote!(::regulars_sdk::Table<'c, #row<'c>>),
            read: quote!(words.table(#position)),
        });
        rows.push(define_row(name, table, shapes)?);
    }
    let tables = define("Tables", "Reference data, each row by its key.", members)?;
    Ok(quote!(#(#rows)* #tables))
}

fn define_row(name: &str, table: &Table, shapes: &mut Shapes) -> Result<TokenStream, String> {
    let ident = format_ident!("{}Row", names::pascal(name));
    let (mut members, mut reads) = (Vec::new(), Vec::new());
    for (index, (column, shape)) in table.columns.iter().enumerate() {
        let (member, typed) = (names::snake(column), shapes.read_type(shape, column)?);
        members.push(quote!(pub #member: #typed));
        reads.push(quote!(#member: ::regulars_sdk::Read::read(words[#index], writer)));
    }
    let key = match table.columns.get(&table.key) {
        Some(Shape::Integer { .. }) => quote!(i64),
        Some(Shape::Date) => quote!(::regulars_sdk::Date),
        _ => quote!(&'c str),
    };
    let (width, position) = (table.width(), table.key_position());
    let about = format!("A row of `{name}`.");
    Ok(quote! {
        #[doc = #about]
        #[derive(Clone, Copy)]
        pub struct #ident<'c> {
            #(#members,)*
            call: ::std::marker::PhantomData<&'c ()>,
        }

        impl<'c> ::regulars_sdk::Row<'c> for #ident<'c> {
            type Key = #key;
            const WIDTH: usize = #width;
            const KEY: usize = #position;

            fn read(
                words: &'c [i64],
                writer: &'c ::regulars_sdk::generated::Writer<'c>,
            ) -> Self {
                #ident { #(#reads,)* call: ::std::marker::PhantomData }
            }
        }
    })
}
