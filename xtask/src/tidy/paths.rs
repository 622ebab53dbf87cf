//! Collects the paths that one module writes: its `use` trees, and the paths in its code.
//! Leaves out tests, nested modules and what macros generate; resolves nothing.

use syn::visit::{self, Visit};
use syn::{Item, UseTree, Visibility};

use super::syntax::{self, Token};

/// Macros whose tokens are code for someone else.
const QUOTING: [&str; 6] = ["quote", "quote_spanned", "parse_quote", "parse_quote_spanned", "stringify", "macro_rules"];

/// A path as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenPath {
    /// `["crate", "select", "Select"]`; a glob ends with `*`.
    pub(crate) names: Vec<String>,
    /// Counted from 1.
    pub(crate) line: usize,
    /// The name that a `use` gives it here, `*` for a glob; none in code.
    pub(crate) local_name: Option<String>,
    /// Written by `pub use`.
    pub(crate) is_reexport: bool,
}

/// Returns the paths in `items`, in the order of the text.
pub(crate) fn written(items: &[Item]) -> Vec<WrittenPath> {
    let mut paths = Paths::default();
    for item in items {
        paths.visit_item(item);
    }
    paths.found
}

#[derive(Default)]
struct Paths {
    found: Vec<WrittenPath>,
}

impl Paths {
    fn add(&mut self, names: Vec<String>, line: usize) {
        self.found.push(WrittenPath { names, line, local_name: None, is_reexport: false });
    }

    fn add_use(&mut self, tree: &UseTree, prefix: &[String], is_reexport: bool) {
        let with = |name: String| prefix.iter().cloned().chain([name]).collect::<Vec<_>>();
        let (names, local_name, line) = match tree {
            UseTree::Path(path) => return self.add_use(&path.tree, &with(path.ident.to_string()), is_reexport),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.add_use(tree, prefix, is_reexport));
            }
            // `use a::{self}` gives `a`.
            UseTree::Name(name) if name.ident == "self" && !prefix.is_empty() => {
                (prefix.to_vec(), prefix[prefix.len() - 1].clone(), name.ident.span().start().line)
            }
            UseTree::Name(name) => (with(name.ident.to_string()), name.ident.to_string(), name.ident.span().start().line),
            UseTree::Rename(rename) => {
                let names = if rename.ident == "self" { prefix.to_vec() } else { with(rename.ident.to_string()) };
                (names, rename.rename.to_string(), rename.ident.span().start().line)
            }
            UseTree::Glob(glob) => (with("*".into()), "*".into(), glob.star_token.spans[0].start().line),
        };
        self.found.push(WrittenPath { names, line, local_name: Some(local_name), is_reexport });
    }

    /// Finds `crate::a::b` and the like among the tokens of a macro's input.
    fn add_tokens(&mut self, tokens: &[Token]) {
        for at in 0..tokens.len() {
            let begins = matches!(tokens[at].text.as_str(), "crate" | "super");
            let is_continued = at > 0 && matches!(tokens[at - 1].text.as_str(), ":" | "$");
            if !begins || is_continued {
                continue;
            }
            let mut names = vec![tokens[at].text.clone()];
            let mut next = at + 1;
            while syntax::spelled(tokens, next, &[":", ":"]) && tokens.get(next + 2).is_some_and(is_name) {
                names.push(tokens[next + 2].text.clone());
                next += 3;
            }
            self.add(names, tokens[at].line);
        }
    }
}

fn is_name(token: &Token) -> bool {
    token.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_another_module = matches!(item, Item::Mod(_));
        if !is_another_module && !syntax::is_test_only(syntax::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !syntax::is_test_only(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.add_use(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.add(names, path.segments[0].ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if !QUOTING.contains(&syntax::last_name(&call.path).as_str()) {
            self.add_tokens(&syntax::flat(call.tokens.clone()));
        }
        visit::visit_macro(self, call);
    }

    /// `pub(in crate::a)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

#[cfg(test)]
mod tests {
    use super::written;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let file = syn::parse_file(text).expect("the text is Rust");
        let found: Vec<String> = written(&file.items)
            .iter()
            .map(|path| match &path.local_name {
                Some(name) => format!("{}: {} as {name}", path.line, path.names.join("::")),
                None => format!("{}: {}", path.line, path.names.join("::")),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn use_trees_are_spread_out() {
        check(
            "use crate::{a::{self, B as C},\n d::*};\nuse ::std::fmt;",
            &["1: crate::a as a", "1: crate::a::B as C", "2: crate::d::* as *"],
        );
    }

    #[test]
    fn code_and_macro_inputs_count_but_not_quoted_code_and_tests() {
        check(
            "pub(crate) fn a() -> super::B { write!(f, \"{}\", crate::c::D)\n; quote!(crate::e::F); }\n#[cfg(test)]\nmod tests { use super::a; }\n#[test]\nfn g() { crate::h::i() }",
            &["1: super::B", "1: crate::c::D"],
        );
    }
}
