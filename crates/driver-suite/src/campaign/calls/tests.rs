//! Holds the list to the sources of the engine, and to those of the streams.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::{ImplItem, Item, ReturnType, Signature, Visibility};

use super::CALLS;

/// Files of other crates whose functions run on the engine, and the type of which they are wanted.
const BESIDES: &[&str] = &["../sql/src/query/stream.rs", "../sql/src/query/bulk.rs"];

fn is_async(visibility: &Visibility, signature: &Signature) -> bool {
    let returns_future = match &signature.output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => {
            let text = ty.to_token_stream().to_string();
            ["Future <", "BoxFuture <", "Fetch <", "Answer <"].iter().any(|name| text.contains(name))
        }
    };
    matches!(visibility, Visibility::Public(_)) && (signature.asyncness.is_some() || returns_future)
}

/// The public async functions of a file, with the names of their types.
fn functions(path: &Path, found: &mut BTreeSet<String>) {
    let file = syn::parse_file(&fs::read_to_string(path).expect("a file")).expect("Rust");
    for item in file.items {
        match item {
            Item::Fn(function) if is_async(&function.vis, &function.sig) => {
                found.insert(function.sig.ident.to_string());
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let ty = block.self_ty.to_token_stream().to_string();
                let ty = ty.split_whitespace().next().unwrap_or_default().to_owned();
                for item in block.items {
                    if let ImplItem::Fn(function) = item
                        && is_async(&function.vis, &function.sig)
                    {
                        found.insert(format!("{ty}::{}", function.sig.ident));
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
/// dropped in its tests. The last has no connection yet.
const ELSEWHERE: [&str; 4] = ["Connection::natively", "Connection::natively_with", "attend", "Started::wait"];

#[test]
fn every_public_async_function_is_dropped() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut expected = BTreeSet::new();
    walk(&root.join("../engine/src"), &mut expected);
    BESIDES.iter().for_each(|path| functions(&root.join(path), &mut expected));
    let listed: BTreeSet<String> = CALLS.iter().map(|call| call.name.to_owned()).collect();
    assert_eq!(listed.len(), CALLS.len(), "each is listed once");
    let missing: Vec<_> = expected.difference(&listed).filter(|name| !ELSEWHERE.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "these are dropped nowhere: add them to CALLS: {missing:?}");
    let gone: Vec<_> = listed.difference(&expected).collect();
    assert!(gone.is_empty(), "these are not there any more: {gone:?}");
    assert!(expected.len() > 20, "the sources are read");
}
