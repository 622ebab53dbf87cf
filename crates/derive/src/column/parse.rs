//! Reads the options of a column and of a table.

use syn::Attribute;

use super::{Options, TableOptions};
use crate::mistakes::Mistakes;
use crate::options::{self, Entry, Vocabulary};

/// A field of a model.
pub(crate) const FIELD: Vocabulary = Vocabulary {
    of: "`#[column]`",
    names: &["primary_key", "unique", "index", "length", "name"],
    instead: &[
        ("references", "a foreign key is a field of the type `Ref<..>`"),
        ("nullable", "a column that may be NULL is a field of the type `Option<..>`"),
    ],
};

/// A column of `table!`.
pub(crate) const TABLE_COLUMN: Vocabulary = Vocabulary {
    of: "a column",
    names: &["primary_key", "unique", "index", "length", "name", "references"],
    instead: &[("nullable", "a column that may be NULL has the type `Option<..>`")],
};

/// The attribute of a model.
pub(crate) const MODEL: Vocabulary = Vocabulary { of: "`#[table]`", names: &["name", "schema", "columns"], instead: &[] };

/// The attribute of a table in `table!`.
pub(crate) const TABLE: Vocabulary = Vocabulary { of: "`#[table]`", names: &["name", "schema"], instead: &[] };

/// Reads the options of a column.
pub(crate) fn options(entries: Vec<Entry>, vocabulary: &Vocabulary, mistakes: &mut Mistakes) -> Options {
    let mut options = Options::default();
    for entry in options::known(entries, vocabulary, mistakes) {
        match entry.name.as_str() {
            "primary_key" => options.primary_key = entry.flag(mistakes),
            "unique" => options.unique = entry.flag(mistakes),
            "index" => options.index = entry.flag(mistakes),
            "length" => options.length = entry.number(mistakes).map(|length| (length, entry.span)),
            "references" => options.references = entry.path(mistakes),
            _ => options.name = entry.text(mistakes),
        }
    }
    options
}

/// Reads the attribute `#[table(..)]`.
pub(crate) fn table_options(attributes: &[Attribute], vocabulary: &Vocabulary, mistakes: &mut Mistakes) -> TableOptions {
    let mut options = TableOptions::default();
    let entries = options::of_attribute(attributes, "table", mistakes);
    for entry in options::known(entries, vocabulary, mistakes) {
        match entry.name.as_str() {
            "name" => options.name = entry.text(mistakes),
            "schema" => options.schema = entry.text(mistakes),
            _ => options.columns = entry.ident(mistakes),
        }
    }
    options
}

/// The doc comments among the attributes.
pub(crate) fn docs_of(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect()
}
