//! `models![..]` and `tables![..]`: arrays of `&'static Table`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token, Type};

use crate::mistakes::Mistakes;

/// Expands `models![Person, Post]`.
pub(crate) fn models(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let models = Punctuated::<Type, Token![,]>::parse_terminated.parse2(input);
    let models =
        mistakes.take(models.map_err(|error| expected(&error, "models are expected here by their names: `models![Person, Post]`")));
    let models = models.unwrap_or_default();
    let tables = models.iter().map(|model| {
        let place = model.span();
        let [model_trait, mapping] = ["Model", "mapping"].map(|name| Ident::new(name, place));
        quote_spanned!(place=> <#model as ::aludel::__private::#model_trait>::#mapping().table)
    });
    mistakes.instead_of(array(tables.collect()), TokenStream::new())
}

/// Expands `tables![people, posts]`.
pub(crate) fn tables(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let tables = Punctuated::<Path, Token![,]>::parse_terminated.parse2(input);
    let tables =
        mistakes.take(tables.map_err(|error| expected(&error, "tables are expected here by their names: `tables![people, posts]`")));
    let tables = tables.unwrap_or_default();
    let tables = tables.iter().map(|table| quote_spanned!(table.span()=> #table::table()));
    mistakes.instead_of(array(tables.collect()), TokenStream::new())
}

/// Says what is expected in place of the parser, which lists tokens.
fn expected(error: &syn::Error, message: &str) -> syn::Error {
    syn::Error::new(error.span(), message)
}

/// The type is said, so that an empty list has one.
fn array(tables: Vec<TokenStream>) -> TokenStream {
    let count = tables.len();
    quote!([#(#tables),*] as [&'static ::aludel::__private::Table; #count])
}
