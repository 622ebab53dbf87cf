//! What all verbs do: run a statement on an executor and gather what it returns.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::calling::calling;
use crate::ast::Statement;
use crate::error::Result;
use crate::run::{BoxFuture, Calling, Collect, Discard, Executor, First, Gather, Only, RowOf, Selection, Sole};

/// The rows of a query of `S` on the executor `E`.
pub(super) type Rows<S, E> = Vec<RowOf<S, E>>;

/// The future of a query: answered in its first poll, without an allocation, where the executor can do that.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Fetch<'e, E, T> {
    begin: Option<(Statement, E)>,
    at_once: fn(&Statement, &mut E) -> Option<Result<T>>,
    wait: fn(Statement, E) -> BoxFuture<'e, Result<T>>,
    later: Option<BoxFuture<'e, Result<T>>>,
    caller: &'static Location<'static>,
}

/// Nothing in it is pinned where it stands.
impl<E, T> Unpin for Fetch<'_, E, T> {}

impl<E, T> Future for Fetch<'_, E, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let _calling = Calling::by(self.caller);
        if let Some((statement, mut executor)) = self.begin.take() {
            if let Some(result) = (self.at_once)(&statement, &mut executor) {
                return Poll::Ready(result);
            }
            self.later = Some((self.wait)(statement, executor));
        }
        self.later.as_mut().expect("invariant: a future is not polled after it is ready").as_mut().poll(context)
    }
}

#[track_caller]
fn fetch<'e, E: Executor + 'e, G: Gather + 'e>(statement: Statement, executor: E) -> Fetch<'e, E, G::Gathered> {
    Fetch { begin: Some((statement, executor)), at_once: at_once::<E, G>, wait: wait::<E, G>, later: None, caller: Location::caller() }
}

fn at_once<E: Executor, G: Gather>(statement: &Statement, executor: &mut E) -> Option<Result<G::Gathered>> {
    let mut sink = G::begin();
    let ran = executor.by_ref().run_at_once(statement, &mut sink)?;
    Some(ran.and_then(|_outcome| sink.end()))
}

fn wait<'e, E: Executor + 'e, G: Gather + 'e>(statement: Statement, mut executor: E) -> BoxFuture<'e, Result<G::Gathered>> {
    Box::pin(async move {
        let mut sink = G::begin();
        executor.by_ref().run(&statement, &mut sink).await?;
        sink.end()
    })
}

/// Runs a statement and collects its rows.
#[track_caller]
pub(super) fn rows<'e, S: Selection, E: Executor + 'e>(statement: Statement, executor: E) -> Fetch<'e, E, Rows<S, E>> {
    fetch::<E, Collect<S, E::Mode>>(statement, executor)
}

/// Runs a statement and takes its first row.
#[track_caller]
pub(super) fn first<'e, S: Selection, E: Executor + 'e>(statement: Statement, executor: E) -> Fetch<'e, E, Option<RowOf<S, E>>> {
    fetch::<E, First<S, E::Mode>>(statement, executor)
}

/// Runs a statement that returns one row at most.
#[track_caller]
pub(super) fn one_or_none<'e, S: Selection, E: Executor + 'e>(statement: Statement, executor: E) -> Fetch<'e, E, Option<RowOf<S, E>>> {
    fetch::<E, Only<S, E::Mode>>(statement, executor)
}

/// Runs a statement that returns exactly one row.
#[track_caller]
pub(super) fn one<'e, S: Selection, E: Executor + 'e>(statement: Statement, executor: E) -> Fetch<'e, E, RowOf<S, E>> {
    fetch::<E, Sole<S, E::Mode>>(statement, executor)
}

/// Runs a statement for what it does, and returns the number of rows.
#[track_caller]
pub(super) fn execute<'e, E: Executor + 'e>(statement: Statement, mut executor: E) -> BoxFuture<'e, Result<u64>> {
    let run = async move { Ok(executor.by_ref().run(&statement, &mut Discard).await?.affected) };
    Box::pin(calling(Location::caller(), run))
}
