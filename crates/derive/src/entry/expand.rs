//! Emits a function that is not async around the one that was written, and hands it to the library.
//! The written function stays as it is, so that the compiler speaks of its code and not of ours.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ItemFn, Type};

use super::parse::Entry;
use super::{check, parse};
use crate::mistakes::Mistakes;

/// Expands `#[aludel::main]`.
pub(crate) fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let code = parse::main(arguments, item, &mut mistakes).map(|Entry { function, .. }| {
        check::main(&function.sig, &mut mistakes);
        let name = &function.sig.ident;
        around(&function, TokenStream::new(), quote!(::aludel::__private::block_on(#name())))
    });
    // A function that cannot be called would be an error once more; a program without `main` too.
    mistakes.instead_of(
        code.unwrap_or_default(),
        quote!(
            fn main() {}
        ),
    )
}

/// Expands `#[aludel::test]`.
pub(crate) fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let code = parse::test(arguments, item, &mut mistakes).map(|Entry { function, app }| {
        check::test(&function.sig, &mut mistakes);
        let name = &function.sig.ident;
        let fixtures = function.sig.inputs.iter().filter_map(fixture);
        let context = match app {
            Some(app) => quote!(::aludel::__private::TestContext::serve(#app())),
            None => quote!(::aludel::__private::TestContext::plain()),
        };
        let run = quote! {
            ::aludel::__private::run_test(#context, async |context: &::aludel::__private::TestContext| #name(#(#fixtures),*).await)
        };
        around(&function, quote!(#[::core::prelude::v1::test]), run)
    });
    mistakes.instead_of(code.unwrap_or_default(), TokenStream::new())
}

/// Puts the written function, without its attributes and visibility, into one that calls it by `call`.
fn around(function: &ItemFn, attribute: TokenStream, call: TokenStream) -> TokenStream {
    let ItemFn { attrs, vis, sig, block, .. } = function;
    let (name, output) = (&sig.ident, &sig.output);
    quote! {
        #attribute
        #(#attrs)*
        #vis fn #name() #output {
            #sig #block
            #call
        }
    }
}

/// What is passed for an argument, made at the place of its type.
fn fixture(argument: &FnArg) -> Option<TokenStream> {
    let FnArg::Typed(argument) = argument else { return None };
    let ty: &Type = &argument.ty;
    let fixture = Ident::new("fixture", ty.span());
    Some(quote_spanned!(ty.span()=> <#ty as ::aludel::__private::Fixture>::#fixture(context)))
}
