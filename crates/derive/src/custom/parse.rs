//! Reads a struct of one field, or an enum without fields.

use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, LitStr, Member, Type};

use crate::mistakes::Mistakes;
use crate::options::{self, Vocabulary, Written};

/// What a type is kept as.
pub(crate) enum Kept {
    /// As its only field.
    Field(Box<(Member, Type)>),
    /// As the name of the variant.
    Label(Vec<(Ident, String)>),
}

const VARIANT: Vocabulary = Vocabulary { of: "a variant", names: &["name"], instead: &[("rename", "write `name = \"..\"`")] };

/// Reads a type; nothing if it is none that could stand in a column.
pub(crate) fn parse(input: &DeriveInput, mistakes: &mut Mistakes) -> Option<Kept> {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        mistakes.in_tokens(&input.generics, format!("`{ident}` cannot be generic: a column holds one type"));
        return None;
    }
    match &input.data {
        Data::Struct(data) => {
            let mut fields = data.fields.iter();
            match (fields.next(), fields.next()) {
                (Some(field), None) => Some(Kept::Field(Box::new((member(field), field.ty.clone())))),
                _ => {
                    mistakes.in_tokens(ident, format!("`{ident}` needs exactly one field, as which it is kept: `struct {ident}(String);`"));
                    None
                }
            }
        }
        Data::Enum(data) => {
            let labels: Vec<_> = data
                .variants
                .iter()
                .filter_map(|variant| {
                    if !matches!(variant.fields, Fields::Unit) {
                        let message = "a variant with fields does not fit a column: it is kept as its name alone";
                        mistakes.in_tokens(&variant.fields, message);
                        return None;
                    }
                    let label = label(&variant.attrs, mistakes).unwrap_or_else(|| variant.ident.unraw().to_string());
                    Some((variant.ident.clone(), label))
                })
                .collect();
            if data.variants.is_empty() {
                mistakes.in_tokens(ident, format!("`{ident}` has no variants, so that no column could hold one"));
            }
            Some(Kept::Label(labels)).filter(|_| !data.variants.is_empty())
        }
        Data::Union(_) => {
            mistakes.in_tokens(ident, "a union cannot stand in a column");
            None
        }
    }
}

fn member(field: &Field) -> Member {
    field.ident.clone().map_or(Member::Unnamed(0.into()), Member::Named)
}

/// `#[sql(name = "draft")]`.
fn label(attributes: &[Attribute], mistakes: &mut Mistakes) -> Option<String> {
    let mut label = None;
    let entries = options::of_attribute(attributes, "sql", mistakes);
    for entry in options::known(entries, &VARIANT, mistakes) {
        match &entry.value {
            Written::Equals(value) => {
                let text: Option<LitStr> = mistakes.take(syn::parse2(quote::quote!(#value)));
                label = text.map(|text| text.value());
            }
            _ => mistakes.at(entry.span, "write `name = \"..\"`"),
        }
    }
    label
}
