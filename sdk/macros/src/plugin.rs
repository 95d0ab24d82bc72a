//! `plugin!`: reads the manifest and puts the parts together.

use crate::{constants, reads, shapes::Shapes, tables};
use proc_macro2::TokenStream;
use quote::quote;
use regulars_model::{Manifest, manifest::Runtime};
use std::path::Path;
use syn::{Error, LitStr, Result};

pub fn expand(path: &LitStr) -> Result<TokenStream> {
    let manifest = load(&path.value()).map_err(|message| Error::new(path.span(), message))?;
    let parts = parts(&manifest)
        .map_err(|message| Error::new(path.span(), format!("{}: {message}", path.value())))?;
    let relative = format!("/{}", path.value());
    let doc = format!("`{}` {}: {}", manifest.id, manifest.version, manifest.title.en);
    let plugin = glue();
    Ok(quote! {
        #[doc = #doc]
        pub struct Plugin;

        /// The manifest this was built from. Included, so that a change of it builds again.
        pub const MANIFEST: &str =
            ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #relative));

        #parts
        #plugin
    })
}

fn load(relative: &str) -> std::result::Result<Manifest, String> {
    let folder = std::env::var("CARGO_MANIFEST_DIR")
        .map_err(|_| "CARGO_MANIFEST_DIR is not set: build with cargo".to_owned())?;
    let path = Path::new(&folder).join(relative);
    let toml = std::fs::read_to_string(&path)
        .map_err(|error| format!("can not read {}: {error}", path.display()))?;
    let manifest = Manifest::parse(&toml).map_err(|error| error.to_string())?;
    match manifest.runtime {
        Runtime::Wasm => Ok(manifest),
        Runtime::Rhai => Err(format!("{relative}: runtime is rhai; plugin! is for wasm")),
    }
}

fn parts(manifest: &Manifest) -> std::result::Result<TokenStream, String> {
    let mut shapes = Shapes::new(manifest);
    let parts = [
        reads::settings(manifest, &mut shapes)?,
        tables::all(manifest, &mut shapes)?,
        reads::inputs(manifest, &mut shapes)?,
        reads::customer(manifest, &mut shapes)?,
        reads::event(manifest, &mut shapes)?,
        constants::all(manifest, &mut shapes)?,
        shapes.define()?,
    ];
    Ok(parts.into_iter().collect())
}

/// The same for every plugin: the loop over the rows and the two ways in.
fn glue() -> TokenStream {
    quote! {
        /// One customer's entry to decide.
        pub type Call<'c> = ::regulars_sdk::Call<
            'c, &'c Settings<'c>, &'c Tables<'c>, Inputs<'c>, Customer<'c>, Event<'c>,
        >;

        impl ::regulars_sdk::generated::Rules for Plugin {
            fn decide(batch: &::regulars_sdk::generated::Batch<'_>) {
                let settings: ::std::vec::Vec<_> = batch
                    .settings()
                    .map(|words| (Settings::read(words), Tables::read(words)))
                    .collect();
                for mut entry in batch.entries([Inputs::WIDTH, Customer::WIDTH, Event::WIDTH]) {
                    let call = Call {
                        cause: entry.cause,
                        now: entry.now,
                        offset_seconds: entry.offset_seconds,
                        settings: &settings[entry.settings].0,
                        tables: &settings[entry.settings].1,
                        inputs: Inputs::read(entry.inputs),
                        customer: Customer::read(entry.customer),
                        event: Event::read(entry.event),
                    };
                    Plugin::decide_row(&call, &mut entry.decision);
                }
            }

            fn check_settings(
                batch: &::regulars_sdk::generated::Batch<'_>,
                out: &mut ::regulars_sdk::Complaints<'_>,
            ) {
                #[allow(unused_imports)]
                use ::regulars_sdk::generated::AcceptAll as _;
                for words in batch.settings() {
                    Plugin::check_row(&Settings::read(words), out);
                }
            }
        }

        #[cfg(target_arch = "wasm32")]
        ::regulars_sdk::guest::export_plugin!(Plugin with_types_in ::regulars_sdk::guest::bindings);

        /// The rule without WebAssembly, for tests.
        #[cfg(not(target_arch = "wasm32"))]
        pub fn native() -> ::regulars_sdk::native::NativePlugin {
            ::regulars_sdk::native::NativePlugin::new::<Plugin>(MANIFEST)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"
        id = "p"
        version = "1.0.0"
        abi = "regulars:plugin@1.0.0-rc.1"
        runtime = "wasm"
        entry = "p.wasm"
        title = { en = "P", zh-CN = "P" }
        on = {}
    "#;

    #[test]
    fn what_can_not_be_read_is_said_with_its_path() {
        let error = load("no-such.toml").unwrap_err();
        assert!(error.contains("can not read") && error.contains("no-such.toml"), "{error}");
    }

    #[test]
    fn two_reads_of_one_name_are_refused() {
        let fields = r#"
            reads.customer = ["assigned", "p.assigned"]
            fields.assigned = { type = "boolean", label = { en = "A", zh-CN = "A" } }
        "#;
        let manifest = Manifest::parse(&format!("{HEAD}{fields}")).unwrap();
        let error = parts(&manifest).unwrap_err();
        assert_eq!(error, "two things the plugin reads are both called `assigned`");
    }
}
