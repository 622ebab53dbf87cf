//! What the tests of the macros look at: the messages in an expansion, and its text in lines.

use proc_macro2::{TokenStream, TokenTree};

/// The messages of all `compile_error!` in the expansion, one a line.
pub(crate) fn messages(expansion: TokenStream) -> String {
    let mut messages = String::new();
    let mut in_error = false;
    for tree in expansion {
        match tree {
            TokenTree::Ident(ident) => in_error = ident == "compile_error",
            TokenTree::Group(group) if in_error => {
                let text: syn::LitStr = syn::parse2(group.stream()).expect("invariant: an error is a text");
                messages.push_str(&text.value());
                messages.push('\n');
                in_error = false;
            }
            TokenTree::Group(group) => messages.push_str(&self::messages(group.stream())),
            _ => {}
        }
    }
    messages
}

/// The expansion as text, a statement a line and indented; the library's items without their path.
pub(crate) fn lines(expansion: &TokenStream) -> String {
    let text = expansion.to_string().replace(":: aludel :: __private :: ", "");
    let (mut lines, mut depth) = (String::new(), 0);
    for piece in text.replace("{ ", "{\n").replace(" }", "\n}").replace("; ", ";\n").replace("} ", "}\n").lines() {
        let piece = piece.trim();
        depth -= usize::from(piece.starts_with('}'));
        if !piece.is_empty() {
            lines.push_str(&"  ".repeat(depth));
            lines.push_str(piece);
            lines.push('\n');
        }
        depth += usize::from(piece.ends_with('{'));
    }
    [(" :: ", "::"), (" ,", ","), ("< ", "<"), (" >", ">"), (" (", "("), (" . ", "."), ("& ", "&")]
        .iter()
        .fold(lines, |lines, (from, to)| lines.replace(from, to))
}
