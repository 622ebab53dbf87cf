//! `routes![index, people::show]`: the routes of handlers, in an array.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token};

/// Expands `routes![..]`.
pub(crate) fn routes(input: TokenStream) -> TokenStream {
    let handlers = match Punctuated::<Path, Token![,]>::parse_terminated.parse2(input) {
        Ok(handlers) => handlers,
        Err(error) => {
            let error = syn::Error::new(error.span(), "names of handlers are expected here: `routes![index, people::show]`");
            return error.into_compile_error();
        }
    };
    let routes = handlers.iter().map(|handler| quote_spanned!(handler.span()=> ::aludel::__private::Route::of::<#handler>()));
    quote!([#(#routes),*])
}
