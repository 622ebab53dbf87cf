//! Writes the implementation of `CustomType`; all else is a macro of the library.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::parse::{Kept, parse};
use crate::mistakes::Mistakes;

/// Expands `derive(SqlType)`.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let Some(input) = mistakes.take(syn::parse2::<DeriveInput>(input)) else { return mistakes.beside(TokenStream::new()) };
    let code = match parse(&input, &mut mistakes) {
        Some(kept) => implement(&input, &kept),
        None => TokenStream::new(),
    };
    mistakes.beside(code)
}

fn implement(input: &DeriveInput, kept: &Kept) -> TokenStream {
    let ident = &input.ident;
    let body = match kept {
        Kept::Field(field) => {
            let (member, ty) = &**field;
            quote! {
                type Stored = #ty;
                fn store(&self) -> ::aludel::__private::Value<'_> {
                    ::aludel::__private::Field::value(&self.#member)
                }
                fn restore(stored: #ty) -> ::std::result::Result<Self, &'static str> {
                    ::std::result::Result::Ok(Self { #member: stored })
                }
            }
        }
        Kept::Label(labels) => {
            let (variants, names): (Vec<_>, Vec<_>) = labels.iter().map(|(ident, label)| (ident, label)).unzip();
            let name = ident.to_string().to_lowercase();
            quote! {
                type Stored = ::std::string::String;
                const TYPE: ::aludel::__private::Type =
                    ::aludel::__private::Type::Enum(&::aludel::__private::Labels::new(#name, &[#(#names),*]));
                fn store(&self) -> ::aludel::__private::Value<'_> {
                    ::aludel::__private::Value::Text(::std::borrow::Cow::Borrowed(match self { #(Self::#variants => #names),* }))
                }
                fn restore(stored: ::std::string::String) -> ::std::result::Result<Self, &'static str> {
                    match &*stored {
                        #(#names => ::std::result::Result::Ok(Self::#variants),)*
                        _ => ::std::result::Result::Err("is none of the names that its field knows"),
                    }
                }
            }
        }
    };
    quote! {
        impl ::aludel::__private::CustomType for #ident {
            #body
        }
        ::aludel::__private::custom_type!(#ident);
    }
}
