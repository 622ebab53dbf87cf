//! The mistakes in the columns of one table.
//! Types are judged by their spelling; what that does not show, the compiler finds in the expansion.

use proc_macro2::Span;
use syn::{Ident, parse_quote};

use super::{Column, ty};
use crate::mistakes::Mistakes;

/// `Key` is implemented for tuples of as many.
const MOST_KEYS: usize = 4;

/// What a model can do, called `Person::query()`; a constant of the same name would hide it.
const FUNCTIONS: [&str; 7] = ["query", "insert", "insert_many", "update", "delete", "table", "mapping"];

/// Whether a model's constant of this name would hide one of its functions.
pub(crate) fn hides_function(name: &Ident) -> bool {
    FUNCTIONS.iter().any(|function| name == function)
}

/// Checks each column, and that no two have one name.
///
/// A column that cannot be part of the primary key is none afterwards, and a type that no column holds is one that a
/// column does, so that the expansion is no error once more.
pub(crate) fn check(columns: &mut [Column], mistakes: &mut Mistakes) {
    let mut names: Vec<String> = Vec::new();
    for column in columns.iter() {
        let (name, place) = column.name();
        if names.contains(&name) {
            mistakes.at(place, format!("a second column `{name}`: give one of them another name, `name = \"..\"`"));
        }
        names.push(name);
        check_length(column, mistakes);
    }
    columns.iter_mut().for_each(|column| replace_refused(column, mistakes));
    let mut keys = 0;
    for column in columns.iter_mut().filter(|column| column.is_key()) {
        keys += 1;
        if let Some(message) = wrong_key(column, keys) {
            mistakes.in_tokens(&column.ty, message);
            column.options.primary_key = None;
        }
    }
}

fn replace_refused(column: &mut Column, mistakes: &mut Mistakes) {
    let Some((refused, instead)) = ty::refused_integer(&column.ty) else { return };
    let reason = if instead == "i64" { "the widest integer of databases" } else { "the integer of databases that has room for it" };
    mistakes.in_tokens(&column.ty, format!("`{refused}` cannot be a column: make `{}` an `{instead}`, {reason}", column.ident));
    let stand_in = Ident::new(instead, Span::call_site());
    column.ty = match ty::within_option(&column.ty) {
        Some(_) => parse_quote!(::core::option::Option<#stand_in>),
        None => parse_quote!(#stand_in),
    };
    column.is_stand_in = true;
}

fn check_length(column: &Column, mistakes: &mut Mistakes) {
    if let Some((_, place)) = column.options.length
        && ty::is_no_text(&column.ty)
    {
        mistakes.at(place, format!("`length` limits a text, and `{}` holds none", column.ident));
    }
}

/// Says why the column cannot be part of the primary key, of which it is the `nth`.
fn wrong_key(column: &Column, nth: usize) -> Option<String> {
    let ident = &column.ident;
    if ty::within_option(&column.ty).is_some() {
        Some(format!("`{ident}` is part of the primary key and so is never NULL: take off the `Option`"))
    } else if ty::is_float(&column.ty) {
        Some(format!("a floating-point number is no key, since equal ones may differ: make `{ident}` an integer or a text"))
    } else if ty::is_reference(&column.ty) {
        Some(format!("a `Ref` cannot be part of the primary key: give the model a key of its own, `id: i64`, beside `{ident}`"))
    } else {
        (nth > MOST_KEYS).then(|| format!("a primary key has at most {MOST_KEYS} columns"))
    }
}
