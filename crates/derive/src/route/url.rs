//! `url_for!(people::show, id = 3)`: the address of a handler; the compiler checks name and type of each parameter.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Ident, Path, Result, Token};

/// Expands `url_for!(..)`.
pub(crate) fn url_for(input: TokenStream) -> TokenStream {
    let Url { handler, parameters } = match syn::parse2(input) {
        Ok(url) => url,
        Err(error) => return error.into_compile_error(),
    };
    let fields = parameters.iter().map(|Parameter { name, value }| {
        let value = quote_spanned!(value.span()=> ::aludel::__private::UrlArg::arg(#value));
        quote!(#name: #value)
    });
    let endpoint = quote_spanned!(handler.span()=> #handler { #(#fields),* });
    quote!(::aludel::__private::url_of(#endpoint))
}

struct Url {
    handler: Path,
    parameters: Punctuated<Parameter, Token![,]>,
}

struct Parameter {
    name: Ident,
    value: Expr,
}

impl Parse for Url {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let handler = input
            .call(Path::parse_mod_style)
            .map_err(|error| syn::Error::new(error.span(), "the name of a handler is expected here: `url_for!(show, id = 3)`"))?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Self { handler, parameters: input.call(Punctuated::parse_terminated)? })
    }
}

impl Parse for Parameter {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse().map_err(|error| {
            syn::Error::new(error.span(), "a parameter is given by name: `id = 3`, or `id` for a variable of that name")
        })?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => input.parse()?,
            None => syn::parse_quote!(#name),
        };
        Ok(Self { name, value })
    }
}
