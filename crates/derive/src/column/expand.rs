//! The tokens that a column contributes, whichever macro declares it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Index, Type};

use super::Column;
use super::ty::is_in_prelude;

/// Names an item of the trait `ModelField` for this type, all of it at the place of the type.
pub(crate) fn of_type(ty: &Type, item: &str) -> TokenStream {
    let item = Ident::new(item, ty.span());
    quote_spanned!(ty.span()=> <#ty as ::aludel::__private::ModelField>::#item)
}

/// The type of a field of the primary key; one that may be no key is checked where it stands.
pub(crate) fn key_type(ty: &Type) -> TokenStream {
    match is_in_prelude(ty) {
        true => quote!(#ty),
        false => quote_spanned!(ty.span()=> <#ty as ::aludel::__private::KeyField>::Key),
    }
}

/// Where mistakes in the primary key are reported: at its first column whose type may be no key.
pub(crate) fn key_place(keys: &[&Column]) -> Span {
    let suspect = keys.iter().find(|column| !is_in_prelude(&column.ty)).or(keys.first());
    suspect.map_or_else(Span::call_site, |column| column.ty.span())
}

/// The place of a column in the row whose columns begin at `at`; `at + 0` would displease clippy in the user's crate.
pub(crate) fn place_in_row(position: usize) -> TokenStream {
    let offset = (position > 0).then(|| Index::from(position));
    let offset = offset.iter();
    quote!(at #(+ #offset)*)
}

impl Column {
    /// The declaration of the column, from one that knows name and type.
    pub(crate) fn declaration(&self, start: TokenStream) -> TokenStream {
        let options = &self.options;
        let flags = [("primary_key", options.primary_key), ("unique", options.unique), ("index", options.index)];
        let flags = flags.iter().filter(|(_, flag)| flag.is_some()).map(|(name, _)| Ident::new(name, Span::call_site()));
        let length = options.length.iter().map(|(length, _)| length);
        quote!(#start #(.#flags())* #(.length(#length))*)
    }

    /// The documentation of the column: what was written, else its name.
    pub(crate) fn docs(&self) -> TokenStream {
        let docs = &self.docs;
        match docs.is_empty() {
            true => {
                let text = format!("The column `{}`.", self.name().0);
                quote!(#[doc = #text])
            }
            false => quote!(#(#docs)*),
        }
    }
}
