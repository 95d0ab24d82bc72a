//! Shapes as Rust types. A choice and a record get one of their own, named after what declares them.

use crate::names;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use regulars_model::{Manifest, Shape, text::Bilingual};
use std::collections::BTreeMap;

/// The choices and records met so far, each under the name of what declares it.
pub struct Shapes {
    pub(crate) named: BTreeMap<String, Shape>,
    /// Choices of fields: whatever else has the same words has the field's type.
    of_fields: Vec<(String, Shape)>,
}

impl Shapes {
    pub fn new(manifest: &Manifest) -> Shapes {
        let fields = manifest.fields.iter();
        let choices = fields.filter(|(_, field)| matches!(field.shape, Shape::Choice { .. }));
        Shapes {
            named: BTreeMap::new(),
            of_fields: choices.map(|(name, field)| (name.clone(), field.shape.clone())).collect(),
        }
    }

    /// The type of a value of this shape read from a call, with lifetime `'c`. `name` is what
    /// declares it: the enum of field `tier` is `Tier`.
    pub fn read_type(&mut self, shape: &Shape, name: &str) -> Result<TokenStream, String> {
        self.type_of(shape, name, &quote!('c), &|of| quote!(&#of str))
    }

    /// The marker of a shape, which says what may be written there.
    pub fn marker(&mut self, shape: &Shape, name: &str) -> Result<TokenStream, String> {
        match shape {
            Shape::Text { .. } => Ok(quote!(::regulars_sdk::shape::Text)),
            Shape::List { items, .. } => {
                let item = self.marker(items, &names::singular(name))?;
                Ok(quote!(::regulars_sdk::shape::List<#item>))
            }
            _ => self.type_of(shape, name, &quote!('static), &|of| quote!(&#of str)),
        }
    }

    fn type_of(
        &mut self,
        shape: &Shape,
        name: &str,
        lifetime: &TokenStream,
        text: &dyn Fn(&TokenStream) -> TokenStream,
    ) -> Result<TokenStream, String> {
        Ok(match shape {
            Shape::Boolean => quote!(bool),
            Shape::Integer { .. } => quote!(i64),
            Shape::Money => quote!(::regulars_sdk::Money),
            Shape::Duration => quote!(::regulars_sdk::Duration),
            Shape::Window => quote!(::regulars_sdk::Window),
            Shape::Instant => quote!(::regulars_sdk::Instant),
            Shape::Date => quote!(::regulars_sdk::Date),
            Shape::Text { .. } => text(lifetime),
            Shape::Choice { .. } => {
                let ident = self.name(shape, name)?;
                quote!(#ident)
            }
            Shape::List { items, .. } => {
                let item = self.type_of(items, &names::singular(name), lifetime, text)?;
                quote!(::regulars_sdk::List<#lifetime, #item>)
            }
            Shape::Record { .. } => {
                let ident = self.name(shape, name)?;
                if borrows(shape) { quote!(#ident<#lifetime>) } else { quote!(#ident) }
            }
        })
    }

    fn name(&mut self, shape: &Shape, name: &str) -> Result<Ident, String> {
        let is_field = self.of_fields.iter().any(|(field, _)| field == name);
        let field = self.of_fields.iter().find(|(_, known)| !is_field && alike(known, shape));
        let name = field.map_or(name, |(field, _)| field).to_owned();
        let ident = names::pascal(&name);
        let known = self.named.entry(name).or_insert_with(|| shape.clone());
        if !alike(known, shape) {
            return Err(format!(
                "two declarations make a type `{ident}`, with different words or fields; rename one"
            ));
        }
        Ok(ident)
    }
}

/// Equal in what crosses the boundary; labels are only for people.
fn alike(one: &Shape, other: &Shape) -> bool {
    match (one, other) {
        (Shape::Choice { values: one }, Shape::Choice { values: other }) => {
            one.iter().map(|choice| &choice.value).eq(other.iter().map(|choice| &choice.value))
        }
        _ => one == other,
    }
}

pub(crate) fn borrows(shape: &Shape) -> bool {
    match shape {
        Shape::Text { .. } | Shape::List { .. } => true,
        Shape::Record { fields } => fields.values().any(borrows),
        _ => false,
    }
}

pub fn doc(label: &Bilingual) -> String {
    if label.en == label.zh_cn {
        label.en.clone()
    } else {
        format!("{} · {}", label.en, label.zh_cn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulars_model::shape::Choice;

    fn shapes(fields: &str) -> Shapes {
        let head = r#"
            id = "p"
            version = "1.0.0"
            abi = "regulars:plugin@1.0.0-rc.1"
            runtime = "wasm"
            entry = "p.wasm"
            title = { en = "P", zh-CN = "P" }
            on = {}
        "#;
        Shapes::new(&Manifest::parse(&format!("{head}{fields}")).unwrap())
    }

    fn choice(words: &[&str]) -> Shape {
        let values = words
            .iter()
            .map(|word| Choice { value: (*word).to_owned(), label: Bilingual::same(word) });
        Shape::Choice { values: values.collect() }
    }

    #[test]
    fn the_words_of_a_field_are_of_its_type_and_of_one_only() {
        let tier = r#"fields.tier = { type = "choice", values = ["low", "high"], label = { en = "Tier", zh-CN = "等级" } }"#;
        let mut shapes = shapes(tier);
        let was = shapes.marker(&choice(&["low", "high"]), "was").unwrap();
        assert_eq!(was.to_string(), "Tier");
        let mode = shapes.marker(&choice(&["high", "low"]), "mode").unwrap();
        assert_eq!(mode.to_string(), "Mode");
        let error = shapes.marker(&choice(&["days"]), "mode").unwrap_err();
        assert!(error.contains("two declarations make a type `Mode`"), "{error}");
    }

    #[test]
    fn a_list_of_records_reads_as_structs_named_in_the_singular() {
        let mut shapes = shapes("");
        let fields = [("note".to_owned(), Shape::Text { max_chars: None })].into();
        let items = Box::new(Shape::Record { fields });
        let steps = Shape::List { items, max_items: None };
        let read = shapes.read_type(&steps, "steps").unwrap().to_string();
        assert_eq!(read.replace(' ', ""), "::regulars_sdk::List<'c,Step<'c>>");
        let defined = shapes.define().unwrap().to_string();
        assert!(defined.contains("pub struct Step < 'c >"), "{defined}");
    }
}
