//! What was written of a column and of a table.

use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

/// A column: a field of a model, or a line in `table!`.
pub(crate) struct Column {
    /// The name in the program.
    pub(crate) ident: Ident,
    /// The name in the database, unless an option says otherwise.
    pub(crate) default_name: String,
    /// Who may see it.
    pub(crate) vis: Visibility,
    /// Its documentation.
    pub(crate) docs: Vec<Attribute>,
    /// The type of its values.
    pub(crate) ty: Type,
    /// Its options.
    pub(crate) options: Options,
    /// Whether the type stands in for one that was refused.
    pub(crate) is_stand_in: bool,
}

/// The options of a column; of a flag, where it stands.
#[derive(Default)]
pub(crate) struct Options {
    /// The name in the database.
    pub(crate) name: Option<LitStr>,
    /// Part of the primary key.
    pub(crate) primary_key: Option<Span>,
    /// No value twice.
    pub(crate) unique: Option<Span>,
    /// With an index.
    pub(crate) index: Option<Span>,
    /// The greatest number of characters.
    pub(crate) length: Option<(u32, Span)>,
    /// The column that it refers to.
    pub(crate) references: Option<Path>,
}

/// The options of a table.
#[derive(Default)]
pub(crate) struct TableOptions {
    /// The name in the database.
    pub(crate) name: Option<LitStr>,
    /// The schema that it stands in.
    pub(crate) schema: Option<LitStr>,
    /// The name of the type that holds the columns of a model, instead of the model itself.
    pub(crate) columns: Option<Ident>,
}

impl Column {
    /// The name in the database, and where it is written.
    pub(crate) fn name(&self) -> (String, Span) {
        match &self.options.name {
            Some(name) => (name.value(), name.span()),
            None => (self.default_name.clone(), self.ident.span()),
        }
    }

    /// Whether it is part of the primary key.
    pub(crate) fn is_key(&self) -> bool {
        self.options.primary_key.is_some()
    }
}
