//! Small questions about syntax trees and tokens that several rules ask.
//! Knows no file and no rule.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta, Path};

/// A token without its nesting; a group gives its two delimiters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// Bytes of the file that it covers.
    pub(crate) bytes: std::ops::Range<usize>,
}

/// Returns the tokens of `stream` in order, punctuation character by character.
pub(crate) fn flat(stream: TokenStream) -> Vec<Token> {
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    tokens
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let TokenTree::Group(group) = tree else {
            let span = tree.span();
            tokens.push(Token { text: tree.to_string(), line: span.start().line, bytes: span.byte_range() });
            continue;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        let (from, to) = (group.span_open(), group.span_close());
        tokens.push(Token { text: open.into(), line: from.start().line, bytes: from.byte_range() });
        flatten(group.stream(), tokens);
        tokens.push(Token { text: close.into(), line: to.start().line, bytes: to.byte_range() });
    }
}

/// Tells whether the tokens from `start` on are spelled `words`.
pub(crate) fn spelled(tokens: &[Token], start: usize, words: &[&str]) -> bool {
    tokens.get(start..start + words.len()).is_some_and(|found| found.iter().zip(words).all(|(token, word)| token.text == *word))
}

/// Tells whether the item under `attributes` exists in tests only.
pub(crate) fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition: String = list.tokens.to_string().chars().filter(|c| !c.is_whitespace()).collect();
            condition == "test" || condition.starts_with("all(test,")
        }
        meta => last_name(meta.path()) == "test",
    })
}

/// Returns the lines on which something is `async`: a function, a block, a closure; not what stands in a macro's tokens.
pub(crate) fn async_lines(file: &syn::File) -> Vec<usize> {
    let mut lines = AsyncLines::default();
    lines.visit_file(file);
    lines.0
}

#[derive(Default)]
struct AsyncLines(Vec<usize>);

impl<'ast> Visit<'ast> for AsyncLines {
    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.0.extend(signature.asyncness.iter().map(|word| word.span().start().line));
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.0.push(block.async_token.span().start().line);
        visit::visit_expr_async(self, block);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.0.extend(closure.asyncness.iter().map(|word| word.span().start().line));
        visit::visit_expr_closure(self, closure);
    }
}

/// Returns the text of the doc comments among `attributes`, one line each.
pub(crate) fn doc_text(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value else { continue };
        if pair.path.is_ident("doc") {
            text.push_str(&line.value());
            text.push('\n');
        }
    }
    text
}

/// Returns the last name of `path`: `test` of `tokio::test`.
pub(crate) fn last_name(path: &Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// Returns the attributes of an item; kinds of items that syn does not know have none.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
