//! Holds the lists to the sources of the engine, and to those of the statements that run on it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::{ImplItem, Item, ReturnType, Signature, TraitItem, Visibility};

use super::CALLS;
use crate::campaign::verbs::VERBS;

/// Where the public async functions are: those of the engine, the verbs of statements, and what stands between the two.
const SOURCES: [&str; 3] = ["../engine/src", "../sql/src/query", "../sql/src/run"];
/// What drivers implement is no function that anybody calls on an engine.
const PORT: &str = "port";

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether it is an async function, or returns a future.
fn is_async(signature: &Signature) -> bool {
    let returns_future = match &signature.output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => {
            let text = ty.to_token_stream().to_string();
            ["Future <", "BoxFuture <", "Fetch <", "Answer <"].iter().any(|name| text.contains(name))
        }
    };
    signature.asyncness.is_some() || returns_future
}

/// The public async functions of a file, with the names of their types.
fn functions(path: &Path, found: &mut BTreeSet<String>) {
    let file = syn::parse_file(&fs::read_to_string(path).expect("a file")).expect("Rust");
    for item in file.items {
        match item {
            Item::Fn(function) if is_public(&function.vis) && is_async(&function.sig) => {
                found.insert(function.sig.ident.to_string());
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let ty = block.self_ty.to_token_stream().to_string();
                let ty = ty.split_whitespace().next().unwrap_or_default().to_owned();
                for item in block.items {
                    if let ImplItem::Fn(function) = item
                        && is_public(&function.vis)
                        && is_async(&function.sig)
                    {
                        found.insert(format!("{ty}::{}", function.sig.ident));
                    }
                }
            }
            Item::Trait(port) if is_public(&port.vis) && !path.components().any(|part| part.as_os_str() == PORT) => {
                for item in port.items {
                    if let TraitItem::Fn(function) = item
                        && is_async(&function.sig)
                    {
                        found.insert(format!("{}::{}", port.ident, function.sig.ident));
                    }
                }
            }
            _ => {}
        }
    }
}

fn walk(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => walk(&path, found),
            false => functions(&path, found),
        }
    }
}

/// The connection of the first three is one driver's own: SQLite's backups and blobs and PostgreSQL's copies are made by them, and
/// dropped in its tests. The last two have
/// no connection yet.
const ELSEWHERE: [&str; 5] = ["Connection::natively", "Connection::natively_with", "attend", "Started::wait", "next_batch"];

#[test]
fn every_public_async_function_is_dropped() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut expected = BTreeSet::new();
    SOURCES.iter().for_each(|path| walk(&root.join(path), &mut expected));
    let listed: BTreeSet<String> = CALLS.iter().chain(VERBS).map(|call| call.name.to_owned()).collect();
    assert_eq!(listed.len(), CALLS.len() + VERBS.len(), "each is listed once");
    let missing: Vec<_> = expected.difference(&listed).filter(|name| !ELSEWHERE.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "these are dropped nowhere: add them to CALLS: {missing:?}");
    let gone: Vec<_> = listed.difference(&expected).collect();
    assert!(gone.is_empty(), "these are not there any more: {gone:?}");
    assert!(expected.len() > 60, "the sources are read");
}
