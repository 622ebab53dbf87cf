//! Reads the function under the attribute, and the application in the attribute's parentheses.

use proc_macro2::TokenStream;
use syn::{ItemFn, Path};

use crate::mistakes::Mistakes;

/// A function with what stands in the parentheses of its attribute.
pub(super) struct Entry {
    pub(super) function: ItemFn,
    /// What makes the application: `app` in `#[aludel::test(app)]`.
    pub(super) app: Option<Path>,
}

/// Reads what stands under `#[aludel::main]`, which has no parentheses.
pub(super) fn main(arguments: TokenStream, item: TokenStream, mistakes: &mut Mistakes) -> Option<Entry> {
    if !arguments.is_empty() {
        mistakes.in_tokens(&arguments, "`#[aludel::main]` takes nothing; the application is made in the function");
    }
    Some(Entry { function: function(item, "main", mistakes)?, app: None })
}

/// Reads what stands under `#[aludel::test]` or `#[aludel::test(app)]`.
pub(super) fn test(arguments: TokenStream, item: TokenStream, mistakes: &mut Mistakes) -> Option<Entry> {
    let app = match arguments.is_empty() {
        true => None,
        false => {
            let path = syn::parse2(arguments.clone()).ok();
            if path.is_none() {
                mistakes.in_tokens(&arguments, "expected the name of the function that makes the application: `#[aludel::test(app)]`");
            }
            path
        }
    };
    Some(Entry { function: function(item, "test", mistakes)?, app })
}

fn function(item: TokenStream, name: &str, mistakes: &mut Mistakes) -> Option<ItemFn> {
    let function = syn::parse2(item.clone()).ok();
    if function.is_none() {
        mistakes.in_tokens(item, format!("`#[aludel::{name}]` stands over a function: `async fn {name}() {{ .. }}`"));
    }
    function
}
