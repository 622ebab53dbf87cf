//! The rows that a refused statement was to point at.

use std::sync::Arc;

use aludel_engine::Job;
use aludel_sql::ast::{Assignment, BinaryOp, Cap, ColumnRef, Node, Output, SelectTree, Source, Statement, Values};
use aludel_sql::schema::foreign_key_name;
use aludel_sql::{Constraint, Integrity, Table, TableRef, Value};

/// A foreign key that a row was to get.
pub(super) struct Pointer<'j> {
    table: &'j Table,
    column: usize,
    key: Value<'j>,
}

/// The foreign keys that a statement was to write, up to `most` of them.
pub(super) fn pointers<'j>(job: &'j Job<'_>, most: usize) -> Vec<Pointer<'j>> {
    let (table, columns): (&TableRef, Vec<u16>) = match job.statement() {
        Statement::Insert(tree) if matches!(tree.values, Values::Plain(_)) => (&tree.table, tree.columns.clone()),
        Statement::Update(tree) => {
            let plain = tree.set.iter().take_while(|assignment| matches!(assignment.value, Node::Bind(_)));
            (&tree.table, plain.map(|Assignment { position, .. }| *position).collect())
        }
        _ => return Vec::new(),
    };
    let pointer = |(column, key): (&u16, &'j Value<'_>)| {
        let column = usize::from(*column);
        table.columns[column].references.filter(|_| *key != Value::Null)?;
        Some(Pointer { table, column, key: key.reborrow() })
    };
    let repeats = 0..job.repeat();
    let rows = repeats.flat_map(|nth| match job.statement() {
        // One statement of several rows has the values of all of them.
        Statement::Insert(_) => job.binds(nth).chunks(columns.len().max(1)),
        _ => job.binds(nth)[..columns.len()].chunks(columns.len().max(1)),
    });
    let mut pointers: Vec<_> = rows.flat_map(|row| columns.iter().zip(row).filter_map(pointer)).take(most).collect();
    // Rows of the same statement, which are taken back by now, may have stood where these point.
    pointers.sort_by_key(Pointer::is_own);
    pointers
}

impl Pointer<'_> {
    fn is_own(&self) -> bool {
        self.table.columns[self.column].references.is_some_and(|references| std::ptr::eq(references.table(), self.table))
    }

    /// The query for the row that it points at; none if the key there is not one column.
    pub(super) fn query(&self) -> Option<Statement> {
        let target = TableRef::Static(self.table.columns[self.column].references?.table());
        let mut keys = (0_u16..).zip(&*target.columns).filter(|(_, column)| column.primary_key);
        let (position, _) = keys.next().filter(|_| keys.next().is_none())?;
        let key = Node::Column(ColumnRef { table: target.clone(), position });
        let filter = Some(Node::binary(BinaryOp::Eq, key, Node::Bind(self.key.reborrow().into_owned())));
        let from = vec![Source::Table(target)];
        let tree = SelectTree { columns: Output::One, from, filter, order_by: Vec::new(), limit: None, offset: None };
        Some(Statement::Select(Arc::new(tree), Cap::Rows(1)))
    }

    /// The constraint.
    pub(super) fn integrity(&self) -> Integrity {
        let column = &self.table.columns[self.column];
        Integrity {
            kind: Constraint::ForeignKey,
            constraint: column.references.map(|references| foreign_key_name(self.table, column, references.table())),
            table: Some(self.table.name.to_string()),
            columns: vec![column.name.to_string()],
        }
    }
}
