//! The parts of a key: one stands as it is, more stand in a tuple.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// Writes the parts of a key, or their types, as being at `place`.
pub(crate) fn one_or_tuple(place: Span, parts: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let parts: Vec<_> = parts.into_iter().collect();
    match &parts[..] {
        [one] => quote!(#one),
        parts => quote_spanned!(place=> (#(#parts),*)),
    }
}

/// Writes the result of reading the parts of a key, each of which is a `Result`.
pub(crate) fn one_or_ok_tuple(place: Span, parts: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let parts: Vec<_> = parts.into_iter().collect();
    match &parts[..] {
        [one] => quote!(#one),
        parts => quote_spanned!(place=> ::core::result::Result::Ok((#(#parts?),*))),
    }
}
