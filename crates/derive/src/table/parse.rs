//! Reads `people { id: i64 [primary_key], name: String }`, several of them after one another.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Result, Token, Type, Visibility, braced, bracketed, token};

use crate::column::{self, Column, TABLE, TABLE_COLUMN, TableOptions, docs_of};
use crate::mistakes::Mistakes;
use crate::options::{self, Entry};

/// A table, as it is written.
pub(crate) struct Table {
    /// The name of its module.
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) options: TableOptions,
    pub(crate) columns: Vec<Column>,
}

/// The tables of one call, their options not yet looked at.
pub(crate) struct Tables(Vec<Written>);

struct Written {
    attributes: Vec<Attribute>,
    vis: Visibility,
    ident: Ident,
    columns: Punctuated<WrittenColumn, Token![,]>,
}

struct WrittenColumn {
    attributes: Vec<Attribute>,
    ident: Ident,
    ty: Type,
    entries: Vec<Entry>,
}

impl Parse for Tables {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut tables = Vec::new();
        while !input.is_empty() {
            tables.push(input.parse()?);
        }
        Ok(Self(tables))
    }
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (attributes, vis, ident) = (Attribute::parse_outer(input)?, input.parse()?, input.parse()?);
        let content;
        braced!(content in input);
        Ok(Self { attributes, vis, ident, columns: Punctuated::parse_terminated(&content)? })
    }
}

impl Parse for WrittenColumn {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (attributes, ident) = (Attribute::parse_outer(input)?, input.parse()?);
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let mut entries = Vec::new();
        if input.peek(token::Bracket) {
            let content;
            bracketed!(content in input);
            entries = options::entries(&content)?;
        }
        Ok(Self { attributes, ident, ty, entries })
    }
}

/// Reads the tables with their options.
pub(crate) fn parse(tables: Tables, mistakes: &mut Mistakes) -> Vec<Table> {
    tables.0.into_iter().map(|table| read(table, mistakes)).collect()
}

fn read(written: Written, mistakes: &mut Mistakes) -> Table {
    let Written { attributes, vis, ident, columns } = written;
    refuse_others(&attributes, &["doc", "table"], mistakes);
    let options = column::table_options(&attributes, &TABLE, mistakes);
    let columns = columns.into_iter().map(|column| read_column(column, mistakes)).collect();
    Table { ident, vis, docs: docs_of(&attributes), options, columns }
}

fn read_column(written: WrittenColumn, mistakes: &mut Mistakes) -> Column {
    let WrittenColumn { attributes, ident, ty, entries } = written;
    refuse_others(&attributes, &["doc"], mistakes);
    let options = column::options(entries, &TABLE_COLUMN, mistakes);
    let default_name = ident.unraw().to_string();
    Column { ident, default_name, vis: Visibility::Inherited, docs: docs_of(&attributes), ty, options, is_stand_in: false }
}

fn refuse_others(attributes: &[Attribute], known: &[&str], mistakes: &mut Mistakes) {
    for attribute in attributes.iter().filter(|attribute| !known.iter().any(|known| attribute.path().is_ident(known))) {
        mistakes
            .in_tokens(attribute, "`table!` takes no such attribute; a column's options stand behind its type: `id: i64 [primary_key]`");
    }
}
