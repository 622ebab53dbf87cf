//! Reads a struct with its attributes.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Field, Fields, FieldsNamed, Ident, Visibility};

use crate::column::{self, Column, FIELD, MODEL, Options, TableOptions, docs_of, is_reference};
use crate::mistakes::Mistakes;
use crate::options;

/// A struct, as it is written.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) options: TableOptions,
    /// The fields, at least one.
    pub(crate) columns: Vec<Column>,
}

/// Reads a model; nothing if it is no struct that could be one.
pub(crate) fn parse(input: DeriveInput, mistakes: &mut Mistakes) -> Option<Model> {
    let options = column::table_options(&input.attrs, &MODEL, mistakes);
    let fields = named_fields(&input, mistakes)?;
    let columns: Vec<Column> = fields.named.iter().filter_map(|field| parse_field(&input.ident, field, mistakes)).collect();
    if columns.is_empty() {
        mistakes.in_tokens(&input.ident, format!("`{0}` has no fields: a model has at least a primary key", input.ident));
        return None;
    }
    if !input.generics.params.is_empty() {
        let message = format!("a model stands for one table and cannot be generic: take the parameters off `{}`", input.ident);
        mistakes.in_tokens(&input.generics, message);
        return None;
    }
    Some(Model { ident: input.ident, vis: input.vis, options, columns })
}

fn named_fields<'i>(input: &'i DeriveInput, mistakes: &mut Mistakes) -> Option<&'i FieldsNamed> {
    let ident = &input.ident;
    let found = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unnamed(_) => "fields without names",
            Fields::Unit => "no fields",
        },
        Data::Enum(_) => "variants",
        Data::Union(_) => "the fields of a union",
    };
    mistakes.in_tokens(ident, format!("a model is a struct with named fields, `struct {ident} {{ id: i64, .. }}`; this has {found}"));
    None
}

fn parse_field(model: &Ident, field: &Field, mistakes: &mut Mistakes) -> Option<Column> {
    let ident = field.ident.clone()?;
    let options = field_options(&field.attrs, mistakes);
    // `Option<Ref<Self>>` must mean the same in a static, which has no `Self`.
    let ty = mistakes.take(syn::parse2(without_self(field.ty.to_token_stream(), model)))?;
    let name = ident.unraw();
    let default_name = if is_reference(&ty) { format!("{name}_id") } else { name.to_string() };
    Some(Column { ident, default_name, vis: field.vis.clone(), docs: docs_of(&field.attrs), ty, options, is_stand_in: false })
}

/// The tokens of a type with the name of the model for `Self`.
fn without_self(tokens: TokenStream, model: &Ident) -> TokenStream {
    let named = tokens.into_iter().map(|tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => TokenTree::Ident(Ident::new(&model.to_string(), ident.span())),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), without_self(group.stream(), model));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    });
    named.collect()
}

fn field_options(attributes: &[Attribute], mistakes: &mut Mistakes) -> Options {
    let entries = options::of_attribute(attributes, "column", mistakes);
    column::options(entries, &FIELD, mistakes)
}
