//! Counts the lines that `derive(Model)` wrote for each model, in a program's text after macro expansion.
//! Pure: compares the text as written with the text as expanded.

use syn::spanned::Spanned;
use syn::{Attribute, Item, Meta, Type};

use crate::shell::Outcome;

/// Returns the models of `written` in the order of the text, with the lines of `expanded` that are theirs alone.
///
/// Theirs are the items at the top that name them and that nobody wrote: `const _` blocks and impls, but not those
/// of the compiler's own derives.
///
/// # Errors
/// If one of the texts is no Rust.
pub(crate) fn lines_per_model(written: &str, expanded: &str) -> Outcome<Vec<(String, usize)>> {
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
        let own = expanded_file.items.iter().filter(|item| is_written_for(item, &name, &lines));
        let count = own.map(|item| item.span().end().line + 1 - item.span().start().line).sum();
        counts.push((name, count));
    }
    Ok(counts)
}

fn derives_model(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident("derive") && list.tokens.clone().into_iter().any(|token| token.to_string() == "Model")
}

fn is_written_for(item: &Item, model: &str, lines: &[&str]) -> bool {
    match item {
        Item::Impl(item) => {
            let is_compilers = item.attrs.iter().any(|attribute| attribute.path().is_ident("automatically_derived"));
            let Type::Path(own) = &*item.self_ty else { return false };
            !is_compilers && own.path.is_ident(model)
        }
        Item::Const(item) if item.ident == "_" => {
            let span = item.span();
            let text = lines[span.start().line - 1..span.end().line].join("\n");
            text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == model)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::lines_per_model;

    #[test]
    fn only_what_the_derive_wrote_is_counted() {
        let written = "#[derive(Model, Debug)]\nstruct A { id: i64 }\nstruct B;";
        let expanded = "struct A { id: i64 }\n#[automatically_derived]\nimpl Debug for A {}\nimpl A {\n    const ID: u8 = 1;\n}\nconst _: () = {\n    impl Model for A {}\n};\nconst _: () = { B; };\nstruct B;";
        let counts = lines_per_model(written, expanded).expect("both are Rust");
        assert_eq!(counts, [("A".to_owned(), 6)]);
    }
}
