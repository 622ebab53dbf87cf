//! Counts the lines that `derive(Model)` wrote for each model, in a program's text after macro expansion.
//! Pure: compares the text as written with the text as expanded.

use syn::spanned::Spanned;
use syn::{Attribute, Expr, Item, ItemImpl, Meta, Stmt, Type};

use crate::shell::Outcome;

/// Returns the models of `written` in the order of the text: name, fields, and the lines of `expanded` that are
/// theirs alone, comments and empty ones not counted.
///
/// Theirs are the items at the top that nobody wrote: their impls, but not those of the compiler's own derives, and
/// `const _` blocks that hold an impl of theirs.
///
/// # Errors
/// If one of the texts is no Rust.
pub(crate) fn lines_per_model(written: &str, expanded: &str) -> Outcome<Vec<(String, usize, usize)>> {
    let written = syn::parse_file(written)?;
    let expanded_file = syn::parse_file(expanded)?;
    let lines: Vec<&str> = expanded.lines().collect();
    let mut counts = Vec::new();
    for item in &written.items {
        let Item::Struct(model) = item else { continue };
        if !model.attrs.iter().any(derives_model) {
            continue;
        }
        let name = model.ident.to_string();
        let own = expanded_file.items.iter().filter(|item| is_written_for(item, &name));
        let own_lines = own.flat_map(|item| &lines[item.span().start().line - 1..item.span().end().line]);
        // The printer puts comments of the source anywhere.
        let count = own_lines.map(|line| line.trim()).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        counts.push((name, model.fields.len(), count));
    }
    Ok(counts)
}

fn derives_model(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident("derive") && list.tokens.clone().into_iter().any(|token| token.to_string() == "Model")
}

fn is_written_for(item: &Item, model: &str) -> bool {
    match item {
        Item::Impl(item) => {
            let is_compilers = item.attrs.iter().any(|attribute| attribute.path().is_ident("automatically_derived"));
            !is_compilers && is_of(item, model)
        }
        Item::Const(item) if item.ident == "_" => {
            let Expr::Block(block) = &*item.expr else { return false };
            block.block.stmts.iter().any(|statement| matches!(statement, Stmt::Item(Item::Impl(item)) if is_of(item, model)))
        }
        _ => false,
    }
}

fn is_of(item: &ItemImpl, model: &str) -> bool {
    matches!(&*item.self_ty, Type::Path(own) if own.path.is_ident(model))
}

#[cfg(test)]
mod tests {
    use super::lines_per_model;

    #[test]
    fn only_what_the_derive_wrote_is_counted() {
        let written = "#[derive(Model, Debug)]\nstruct A { id: i64 }\nstruct B;";
        let expanded = "struct A { id: i64 }\n#[automatically_derived]\nimpl Debug for A {}\nimpl A {\n    const ID: u8 = 1;\n\n    // Astray.\n}\nconst _: () = {\n    impl Model for A {}\n};\nconst _: () = {\n    impl Model for B { const OTHER: A = A; }\n};\nstruct B;";
        let counts = lines_per_model(written, expanded).expect("both are Rust");
        assert_eq!(counts, [("A".to_owned(), 1, 6)]);
    }
}
