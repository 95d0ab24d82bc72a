//! `#[decide]` and `#[check_settings]` leave the function as it is and name it to `Plugin`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemFn, Result};

pub fn decide(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let function = function(arguments, item, "call: &Call, out: &mut Decision")?;
    let name = &function.sig.ident;
    Ok(quote! {
        // An effect without its reason would be none, and nobody would see why.
        #[deny(unused_must_use)]
        #function
        impl Plugin {
            #[doc(hidden)]
            pub fn decide_row(call: &Call<'_>, out: &mut ::regulars_sdk::Decision<'_>) {
                #name(call, out)
            }
        }
    })
}

pub fn check_settings(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let function = function(arguments, item, "settings: &Settings, out: &mut Complaints")?;
    let name = &function.sig.ident;
    Ok(quote! {
        #[deny(unused_must_use)]
        #function
        impl Plugin {
            // Found before `AcceptAll`'s of the same name, which takes any settings.
            #[doc(hidden)]
            pub fn check_row(settings: &Settings<'_>, out: &mut ::regulars_sdk::Complaints<'_>) {
                #name(settings, out)
            }
        }
    })
}

fn function(arguments: TokenStream, item: TokenStream, expected: &str) -> Result<ItemFn> {
    let function: ItemFn = syn::parse2(item)?;
    if !arguments.is_empty() {
        return Err(syn::Error::new_spanned(arguments, "takes no arguments"));
    }
    let signature = &function.sig;
    let takes_two = signature.inputs.len() == 2 && signature.generics.params.is_empty();
    if !takes_two || !matches!(signature.output, syn::ReturnType::Default) {
        let message = format!("expected `fn {}({expected})`", signature.ident);
        return Err(syn::Error::new_spanned(signature, message));
    }
    Ok(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SDK's own types say what must be used; a rule that leaves an effect without its reason is
    /// refused by the compiler, as a script is by a check.
    #[test]
    fn an_effect_without_its_reason_is_denied() {
        let rule = quote!(
            fn rule(call: &Call, out: &mut Decision) {}
        );
        let settings = quote!(
            fn rule(settings: &Settings, out: &mut Complaints) {}
        );
        let expanded = [
            decide(TokenStream::new(), rule).expect("a rule"),
            check_settings(TokenStream::new(), settings).expect("a check"),
        ];
        for tokens in expanded {
            assert!(
                tokens.to_string().starts_with("# [deny (unused_must_use)] fn rule"),
                "{tokens}"
            );
        }
    }
}
