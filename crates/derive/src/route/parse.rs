//! From tokens to a handler: the path, the function, and which argument is filled by what.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{FnArg, GenericArgument, Ident, ItemFn, LitStr, Pat, PatType, PathArguments, Result, Type};

use super::rule::Rule;

/// A function with its route.
pub(super) struct Handler {
    /// In capitals.
    pub(super) method: &'static str,
    pub(super) path: LitStr,
    pub(super) rule: Rule,
    pub(super) function: ItemFn,
    /// All but a `self`.
    pub(super) arguments: Vec<Argument>,
}

pub(super) struct Argument {
    pub(super) source: Source,
    pub(super) ty: Type,
}

/// What an argument is filled by.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The path parameter of this name.
    Path(Ident),
    /// An extractor that reads the request's head.
    Head,
    /// An extractor that may take the body, and so comes last.
    Body,
}

/// Types that take the body, by the last part of their names: a macro sees no more of a type than that.
const BODY_TAKERS: [&str; 8] = ["Form", "Json", "String", "Bytes", "Body", "Request", "Multipart", "Upload"];

/// Types that try another: what they take is what that one takes.
const WRAPPERS: [&str; 2] = ["Option", "Result"];

impl Handler {
    /// Reads an attribute's path and the function below it.
    pub(super) fn parse(method: &'static str, attribute: TokenStream, item: TokenStream) -> Result<Self> {
        let path: LitStr = syn::parse2(attribute).map_err(|error| {
            let method = method.to_lowercase();
            syn::Error::new(error.span(), format!("a path in quotes is expected here: `#[{method}(\"/people/{{id}}\")]`"))
        })?;
        let function: ItemFn = syn::parse2(item).map_err(|error| {
            let method = method.to_lowercase();
            syn::Error::new(error.span(), format!("`#[{method}(..)]` stands above an `async fn`: {error}"))
        })?;
        let rule = Rule::parse(&path.value());
        let typed = function.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
        let arguments = arguments(&rule, &typed.collect::<Vec<_>>());
        Ok(Self { method, path, rule, function, arguments })
    }

    /// The path parameters that have an argument: name and type, in the order of the path.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&Ident, &Type)> {
        self.rule.names.iter().filter_map(|name| {
            self.arguments.iter().find_map(|argument| match &argument.source {
                Source::Path(ident) if ident.unraw() == *name => Some((ident, &argument.ty)),
                _ => None,
            })
        })
    }
}

fn arguments(rule: &Rule, typed: &[&PatType]) -> Vec<Argument> {
    let plain: Vec<Option<Ident>> = typed.iter().map(|typed| plain_name(&typed.pat)).collect();
    let parameter = |ident: &Ident| {
        let text = ident.unraw().to_string();
        if rule.names.contains(&text) {
            return Some(ident.clone());
        }
        // `_id` is `id` unless there is an `id` too: a handler that needs no value says so with the underscore.
        let bare = text.strip_prefix('_').filter(|bare| !plain.iter().flatten().any(|other| other == bare))?;
        let bare = syn::parse_str::<Ident>(bare).ok().filter(|bare| rule.names.iter().any(|name| bare == name))?;
        Some(Ident::new(&bare.to_string(), ident.span()))
    };
    let mut arguments: Vec<Argument> = typed
        .iter()
        .zip(&plain)
        .map(|(typed, plain)| {
            let source = plain.as_ref().and_then(parameter).map_or(Source::Head, Source::Path);
            Argument { source, ty: (*typed.ty).clone() }
        })
        .collect();
    mark_body(&mut arguments);
    arguments
}

/// Marks the extractors that take the body; if none is known to, the last one may.
fn mark_body(arguments: &mut [Argument]) {
    let mut known = false;
    for argument in arguments.iter_mut().filter(|argument| argument.source == Source::Head && takes_body(&argument.ty)) {
        (argument.source, known) = (Source::Body, true);
    }
    if !known && let Some(last) = arguments.iter_mut().rfind(|argument| argument.source == Source::Head) {
        last.source = Source::Body;
    }
}

fn takes_body(ty: &Type) -> bool {
    named(ty).is_some_and(|name| BODY_TAKERS.iter().any(|taker| name == taker))
}

/// The last name of a type: `Json` of `axum::Json<New>`, and of `Result<Json<New>, Failure>` too.
pub(super) fn named(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(inner) if WRAPPERS.iter().any(|name| last.ident == name) => inner.args.first(),
        _ => None,
    };
    match inner {
        Some(GenericArgument::Type(inner)) => named(inner),
        _ => Some(&last.ident),
    }
}

/// The name of an argument that is one: `id`, `mut id`.
fn plain_name(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(ident) if ident.subpat.is_none() && ident.by_ref.is_none() => Some(ident.ident.clone()),
        _ => None,
    }
}
