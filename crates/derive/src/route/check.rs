//! Finds what is wrong with a handler before the compiler finds what that leads to.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, Type};

use super::parse::{Argument, Handler, Source};

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
    match (ty, source) {
        (Type::Reference(_), Source::Path(name)) => Some(at(ty, format!("a path parameter is owned: write `{name}: String`"))),
        (Type::Reference(_), _) => Some(at(ty, "an argument of a handler is owned: there is nothing to borrow it from")),
        (Type::ImplTrait(_), _) => Some(at(ty, "an argument of a handler has one type: name it")),
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
