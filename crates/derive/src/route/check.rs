//! Finds what is wrong with a handler before the compiler finds what that leads to.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, Ident, Type};

use super::parse::{Argument, Handler, Source, named};

/// Where something is wrong, and what.
pub(super) type Mistake = (TokenStream, String);

/// Returns all mistakes.
pub(super) fn check(handler: &Handler) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = handler.rule.mistakes.iter().map(|mistake| at(&handler.path, mistake)).collect();
    mistakes.extend(in_signature(handler));
    mistakes.extend(missing_arguments(handler));
    mistakes.extend(handler.arguments.iter().filter_map(in_type));
    mistakes.extend(second_bodies(handler));
    mistakes
}

fn in_signature(handler: &Handler) -> Vec<Mistake> {
    let signature = &handler.function.sig;
    let mut mistakes = Vec::new();
    if signature.asyncness.is_none() {
        mistakes.push(at(signature.fn_token, format!("a handler is asynchronous: write `async fn {}`", signature.ident)));
    }
    mistakes.extend(signature.generics.params.iter().map(|parameter| match parameter {
        GenericParam::Lifetime(_) => at(parameter, "a handler borrows nothing: its arguments are owned"),
        _ => at(parameter, "a handler has no type parameters: a route calls one function"),
    }));
    mistakes.extend(signature.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(receiver) => Some(at(receiver, "a handler is a function of its own, not a method: extractors bring what it needs")),
        FnArg::Typed(_) => None,
    }));
    mistakes
}

fn missing_arguments(handler: &Handler) -> impl Iterator<Item = Mistake> {
    let function = handler.function.sig.ident.unraw();
    let missing = handler.rule.names.iter().filter(|name| !handler.parameters().any(|(ident, _)| ident.unraw() == **name));
    missing.map(move |name| {
        let cure = format!("add `{name}: String`, or another type that can be read from a text");
        at(&handler.path, format!("the path has `{{{name}}}`, but `{function}` has no argument `{name}`: {cure}"))
    })
}

fn in_type(Argument { source, ty }: &Argument) -> Option<Mistake> {
    if !matches!(source, Source::Path(_))
        && let Some(cure) = named(ty).and_then(needs_axums_router)
    {
        return Some(at(ty, cure));
    }
    match (ty, source) {
        (Type::Reference(_), Source::Path(name)) => Some(at(ty, format!("a path parameter is owned: write `{name}: String`"))),
        (Type::Reference(_), _) => Some(at(ty, "an argument of a handler is owned: there is nothing to borrow it from")),
        (Type::ImplTrait(_), _) => Some(at(ty, "an argument of a handler has one type: name it")),
        _ => None,
    }
}

/// What to do instead of an extractor that reads what only axum's own router and server leave behind. It is known by its name:
/// nothing but its failure at the first request would tell.
fn needs_axums_router(name: &Ident) -> Option<&'static str> {
    match &*name.to_string() {
        "Path" | "RawPathParams" => Some(
            "axum's router fills this, and here is none: name the parameter in the path and take it as an argument, \
             `#[get(\"/people/{id}\")] async fn show(id: i64)`",
        ),
        "MatchedPath" => Some("axum's router fills this, and here is none: `RequestInfo` has the name of the handler, `endpoint()`"),
        "ConnectInfo" => Some("axum's server fills this, and here is none: take `aludel::web::Peer`"),
        "NestedPath" => Some("axum's router fills this, and here is none: take `RequestInfo`, which has the path"),
        _ => None,
    }
}

fn second_bodies(handler: &Handler) -> impl Iterator<Item = Mistake> {
    let bodies = handler.arguments.iter().filter(|argument| argument.source == Source::Body);
    bodies.skip(1).map(|second| at(&second.ty, "a request has one body, and an argument before this one takes it"))
}

fn at(place: impl ToTokens, message: impl Into<String>) -> Mistake {
    (place.into_token_stream(), message.into())
}
