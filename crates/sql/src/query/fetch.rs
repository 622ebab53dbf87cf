//! What all verbs do: run a statement on an executor and collect its rows.

use crate::ast::Statement;
use crate::error::Result;
use crate::row::no_row;
use crate::run::{BoxFuture, Collect, Discard, Executor, First, Only, Outcome, RowOf, Selection};

/// The rows of a query of `S` on the executor `E`.
pub(super) type Rows<S, E> = Vec<RowOf<S, E>>;

/// Runs a statement and collects up to `wanted` rows.
pub(super) fn rows<'e, S: Selection, E: Executor + 'e>(
    statement: Statement,
    mut executor: E,
    wanted: usize,
) -> BoxFuture<'e, Result<Rows<S, E>>> {
    Box::pin(async move {
        let mut sink = Collect::<S, E::Mode>::up_to(wanted);
        executor.by_ref().run(&statement, &mut sink).await?;
        Ok(sink.rows)
    })
}

/// Runs a statement and takes its first row.
pub(super) fn first<'e, S: Selection, E: Executor + 'e>(
    statement: Statement,
    mut executor: E,
) -> BoxFuture<'e, Result<Option<RowOf<S, E>>>> {
    Box::pin(async move {
        let mut sink = First::<S, E::Mode>::default();
        executor.by_ref().run(&statement, &mut sink).await?;
        Ok(sink.row)
    })
}

/// Runs a statement that returns one row at most.
pub(super) fn one_or_none<'e, S: Selection, E: Executor + 'e>(
    statement: Statement,
    mut executor: E,
) -> BoxFuture<'e, Result<Option<RowOf<S, E>>>> {
    Box::pin(async move {
        let mut sink = Only::<S, E::Mode>::default();
        executor.by_ref().run(&statement, &mut sink).await?;
        sink.row()
    })
}

/// Runs a statement that returns exactly one row.
pub(super) fn one<'e, S: Selection, E: Executor + 'e>(statement: Statement, mut executor: E) -> BoxFuture<'e, Result<RowOf<S, E>>> {
    Box::pin(async move {
        let mut sink = Only::<S, E::Mode>::default();
        executor.by_ref().run(&statement, &mut sink).await?;
        sink.row()?.ok_or_else(no_row)
    })
}

/// Runs a statement for what it does.
pub(super) fn execute<'e, E: Executor + 'e>(statement: Statement, mut executor: E) -> BoxFuture<'e, Result<Outcome>> {
    Box::pin(async move { executor.by_ref().run(&statement, &mut Discard).await })
}
