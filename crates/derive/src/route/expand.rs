//! Writes the endpoint beside the function: a struct of the same name whose fields are the path parameters.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, ReturnType, Type, parse_quote_spanned};

use crate::mistakes::Mistakes;

use super::check::check;
use super::parse::{Argument, Handler, Source};

/// Expands `#[get(..)]` and its sisters; `method` is in capitals.
pub(crate) fn attribute(method: &'static str, attribute: TokenStream, item: TokenStream) -> TokenStream {
    let handler = match Handler::parse(method, attribute, item.clone()) {
        Ok(handler) => handler,
        // The function stays: without it, each of its uses would be an error of its own.
        Err(error) => return [item, error.into_compile_error()].into_iter().collect(),
    };
    let found = check(&handler);
    // A call of what is no proper handler would lead to further errors, which say nothing new.
    let call = if found.is_empty() { call(&handler) } else { quote!(::core::unreachable!()) };
    let mut mistakes = Mistakes::default();
    for (place, message) in found {
        mistakes.in_tokens(place, message);
    }
    mistakes.beside(expand(&handler, &call))
}

fn expand(handler: &Handler, call: &TokenStream) -> TokenStream {
    let Handler { method, path, function, .. } = handler;
    let (visibility, name) = (&function.vis, &function.sig.ident);
    let request = local("request");
    let text = name.unraw().to_string();
    let doc = format!("The address of the handler `{text}`: its fields are the path parameters.");
    let only: Vec<&Attribute> = function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
    let (names, types): (Vec<_>, Vec<_>) = handler.parameters().map(|(name, ty)| (name, owned(ty))).unzip();
    let docs = names.iter().map(|name| format!("The path parameter `{name}`."));
    let constants: Vec<_> = names.iter().map(|name| constant(name)).collect();
    let params = types.iter().zip(&names).zip(&constants).map(|((ty, name), constant)| {
        let text = name.unraw().to_string();
        // The one place that asks something of the type, all of it at the type: what will not do is one error.
        quote_spanned!(ty.span()=> const #constant: ::aludel::__private::TypedParam<#ty> = ::aludel::__private::TypedParam::of(#text);)
    });
    quote! {
        #function

        #(#only)*
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code, private_interfaces, unreachable_pub)]
        #visibility struct #name { #(#[doc = #docs] pub #names: #types),* }

        #(#only)*
        #[allow(non_upper_case_globals)]
        const _: () = {
            #(#params)*

            impl ::aludel::__private::Endpoint for #name {
                const METHOD: &'static str = #method;
                const PATH: &'static str = #path;
                const NAME: &'static str = #text;
                const PARAMS: &'static [::aludel::__private::Param] = &[#(#constants.param()),*];
                const PLACE: ::core::option::Option<(&'static str, u32)> = ::core::option::Option::Some((::core::file!(), ::core::line!()));

                fn call(#request: ::aludel::__private::Request) -> ::aludel::__private::Answer {
                    #call
                }

                fn args(&self) -> ::std::vec::Vec<::std::string::String> {
                    ::std::vec![#(#constants.write(&self.#names)),*]
                }
            }
        };
    }
}

/// Fills the arguments, the one that takes the body last, and calls the function.
fn call(handler: &Handler) -> TokenStream {
    let name = &handler.function.sig.ident;
    let request = local("request");
    let locals: Vec<Ident> = (0..handler.arguments.len()).map(|index| local(&format!("argument{index}"))).collect();
    let fills = fills(&locals, &handler.arguments, &request);
    let returned = match &handler.function.sig.output {
        ReturnType::Default => name.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    // An error about the returned type is shown where the variable stands: at that type in the signature.
    let answer = Ident::new("__answer", returned);
    let reply = quote_spanned!(returned=> ::aludel::__private::reply(#answer));
    // What is wrong with the function's future, as that it is not `Send`, is shown at its name.
    let future = quote_spanned! {name.span()=>
        async move {
            #fills
            let #answer = #name(#(#locals),*).await;
            #reply
        }
    };
    quote_spanned!(name.span()=> ::std::boxed::Box::pin(#future))
}

/// Fills the arguments: from the path, from the head, and the last one. The request is large: it is taken apart only for those
/// that read its head.
fn fills(locals: &[Ident], arguments: &[Argument], request: &Ident) -> TokenStream {
    let (parts, body) = (local("parts"), local("body"));
    let (mut paths, mut heads, mut last) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for (local, Argument { source, ty }) in locals.iter().zip(arguments) {
        let private = quote_spanned!(ty.span()=> ::aludel::__private);
        // The type stands at the variable: named in the call as well, it would be refused at two places.
        match source {
            Source::Path(name) => {
                let constant = constant(name);
                paths.extend(quote_spanned!(ty.span()=> let #local = #constant.read(#request.extensions())?;));
            }
            Source::Head => heads.extend(quote_spanned!(ty.span()=> let #local: #ty = #private::extract(&mut #parts).await?;)),
            Source::Body => last.extend(quote_spanned!(ty.span()=> let #local: #ty = #private::extract_last(#request).await?;)),
        }
    }
    if !heads.is_empty() {
        heads = quote! {
            let (mut #parts, #body) = #request.into_parts();
            #heads
            let #request = ::aludel::__private::Request::from_parts(#parts, #body);
        };
    }
    if last.is_empty() {
        last = quote!(::core::mem::drop(#request););
    }
    quote!(#paths #heads #last)
}

/// The constant for a path parameter.
fn constant(name: &Ident) -> Ident {
    format_ident!("__param_{}", name.unraw(), span = Span::mixed_site())
}

/// The type of a path parameter as a field has it. One that borrows is refused; a text in its place leads to no further errors.
fn owned(ty: &Type) -> Type {
    match ty {
        Type::Reference(_) | Type::ImplTrait(_) => parse_quote_spanned!(ty.span()=> ::std::string::String),
        _ => ty.clone(),
    }
}

/// A variable that no name of the program can clash with.
fn local(name: &str) -> Ident {
    format_ident!("__{name}", span = Span::mixed_site())
}
