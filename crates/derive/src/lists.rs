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
    let models = mistakes.take(Punctuated::<Type, Token![,]>::parse_terminated.parse2(input)).unwrap_or_default();
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
    let tables = mistakes.take(Punctuated::<Path, Token![,]>::parse_terminated.parse2(input)).unwrap_or_default();
    let tables = tables.iter().map(|table| quote_spanned!(table.span()=> #table::table()));
    mistakes.instead_of(array(tables.collect()), TokenStream::new())
}

/// The type is said, so that an empty list has one.
fn array(tables: Vec<TokenStream>) -> TokenStream {
    let count = tables.len();
    quote!([#(#tables),*] as [&'static ::aludel::__private::Table; #count])
}
