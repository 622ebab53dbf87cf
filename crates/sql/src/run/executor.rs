//! `Executor`: what a query can run on, and `Run`, its object-safe inside.

use std::marker::PhantomData;

use super::answer::BoxFuture;
use super::batches::Batches;
use super::mode::Mode;
use super::selection::Selection;
use super::sink::{Outcome, Sink};
use crate::ast::Statement;
use crate::compile::Dialect;
use crate::error::Result;

/// Runs a statement.
pub trait Run: Send {
    /// How the SQL of its database is written.
    fn dialect(&self) -> &dyn Dialect;

    /// Runs it, and gives each row to `sink` as it comes.
    ///
    /// # Errors
    /// What the database answers; what `sink` returns.
    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>>;

    /// Runs it without a future, if that can be; `None` says that nothing was done, and that it takes the long way.
    fn run_at_once(&mut self, _statement: &Statement, _sink: &mut dyn Sink) -> Option<Result<Outcome>> {
        None
    }

    /// Inserts rows batch by batch, all or none, and returns how many there were.
    ///
    /// # Errors
    /// What the database answers; what `batches` returns.
    fn load<'a>(&'a mut self, batches: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>>;
}

/// What a statement can be run on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run a statement",
    label = "expected `&mut db`, `&engine`, `&mut connection` or `&mut transaction`"
)]
pub trait Executor: Send {
    /// What becomes of a model's rows.
    type Mode: Mode;

    /// Lends the executor for one statement, so that a function can run several on it.
    fn by_ref(&mut self) -> Exec<'_, Self::Mode>;
}

/// What a query of the model `M` returns for each row on the executor `E`.
pub type Out<E, M> = <<E as Executor>::Mode as Mode>::Out<M>;

/// What a row of a query of `S` becomes on the executor `E`.
pub type RowOf<S, E> = <S as Selection>::Out<<E as Executor>::Mode>;

/// A lent executor.
pub struct Exec<'r, X>(&'r mut dyn Run, PhantomData<fn() -> X>);

impl<'r, X: Mode> Exec<'r, X> {
    /// Lends what runs statements in the mode `X`.
    pub fn new(run: &'r mut dyn Run) -> Self {
        Self(run, PhantomData)
    }

    /// How the SQL of the database is written.
    pub fn dialect(&self) -> &dyn Dialect {
        self.0.dialect()
    }

    /// Runs a statement, see [`Run::run`].
    ///
    /// # Errors
    /// What the database answers.
    pub fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>> {
        self.0.run(statement, sink)
    }

    /// Runs a statement at once, see [`Run::run_at_once`].
    ///
    /// # Errors
    /// What the database answers.
    pub fn run_at_once(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Option<Result<Outcome>> {
        self.0.run_at_once(statement, sink)
    }

    /// Inserts rows batch by batch, see [`Run::load`].
    ///
    /// # Errors
    /// What the database answers; what `batches` returns.
    pub fn load<'a>(&'a mut self, batches: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>> {
        self.0.load(batches)
    }
}

#[diagnostic::do_not_recommend]
impl<X: Mode> Executor for Exec<'_, X> {
    type Mode = X;

    fn by_ref(&mut self) -> Exec<'_, X> {
        Exec::new(&mut *self.0)
    }
}
