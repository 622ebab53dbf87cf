//! `MetaData`: the tables of an application, and the order in which foreign keys allow to make them.

use super::table::Table;
use crate::error::{Error, Result};

/// The tables that belong together: what `create_all` makes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetaData {
    tables: Vec<&'static Table>,
}

impl MetaData {
    /// Returns the metadata of these tables: `models![..]` or `tables![..]`. A table named twice is in once.
    pub fn of(tables: impl IntoIterator<Item = &'static Table>) -> Self {
        let mut metadata = Self::default();
        metadata.extend(tables);
        metadata
    }

    /// The tables, in the order they were given.
    pub fn tables(&self) -> &[&'static Table] {
        &self.tables
    }

    /// The tables, each after those that its foreign keys point at; otherwise in the order given.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if foreign keys run in a circle through several tables, naming them.
    pub fn sorted(&self) -> Result<Vec<&'static Table>> {
        let mut waiting = self.tables.clone();
        let mut sorted = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let (ready, blocked): (Vec<_>, Vec<_>) =
                waiting.iter().copied().partition(|table| !targets(table).any(|target| waiting.iter().any(|other| same(other, target))));
            if ready.is_empty() {
                return Err(circle(&blocked));
            }
            sorted.extend(ready);
            waiting = blocked;
        }
        Ok(sorted)
    }
}

impl Extend<&'static Table> for MetaData {
    fn extend<I: IntoIterator<Item = &'static Table>>(&mut self, tables: I) {
        for table in tables {
            if !self.tables.iter().any(|known| same(known, table)) {
                self.tables.push(table);
            }
        }
    }
}

/// The other tables that foreign keys of `table` point at.
fn targets(table: &'static Table) -> impl Iterator<Item = &'static Table> {
    let targets = table.columns.iter().filter_map(|column| column.references.map(|references| references.table()));
    targets.filter(move |target| !same(target, table))
}

fn same(a: &Table, b: &Table) -> bool {
    std::ptr::eq(a, b)
}

fn circle(tables: &[&'static Table]) -> Error {
    let names: Vec<_> = tables.iter().map(|table| table.full_name()).collect();
    Error::new(
        crate::error::ErrorKind::Unsupported,
        format!("the foreign keys of `{}` run in a circle, so that none can be created first", names.join("`, `")),
    )
}
