//! `Sink`: where the rows of a statement go.

use std::any::Any;
use std::task::{Context, Poll};

use super::mode::Mode;
use super::selection::Selection;
use crate::error::Result;
use crate::row::{RowRef, multiple_rows, no_row};

/// What a statement did besides returning rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The rows that were inserted, changed or deleted; 0 for a query.
    pub affected: u64,
    /// The key that the database assigned to the inserted row, where it tells without RETURNING.
    pub generated: Option<i64>,
}

/// Whether a statement should go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The next row is wanted.
    More,
    /// The next row is wanted later: the driver waits for [`Sink::poll_ready`] first.
    Pause,
    /// No further row is wanted; the rest is not read.
    Enough,
}

/// Takes the rows of a statement, one by one.
pub trait Sink: Send {
    /// Takes the row that the driver stands on. `tracker` is the session's identity map, or nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if what is stored does not fit; it ends the statement.
    fn row(&mut self, row: &dyn RowRef, tracker: &mut dyn Any) -> Result<Step>;

    /// Whether it may ask to [pause](Step::Pause).
    fn pauses(&self) -> bool {
        false
    }

    /// Whether the next row is wanted by now, after a [`Step::Pause`].
    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    /// Hears that the statement has run once; a statement of many rows may run once for each, in order.
    fn executed(&mut self, _outcome: Outcome) {}
}

/// A sink that makes something of the rows in the end.
pub trait Gather: Sink {
    /// What it makes.
    type Gathered: Send;

    /// Returns the sink before the first row.
    fn begin() -> Self;

    /// Makes it of the rows.
    ///
    /// # Errors
    /// If there are more or fewer of them than asked for.
    fn end(self) -> Result<Self::Gathered>;
}

/// Collects rows into a vector.
pub struct Collect<S: Selection, X: Mode> {
    /// The rows so far.
    pub rows: Vec<S::Out<X>>,
    wanted: usize,
}

impl<S: Selection, X: Mode> Collect<S, X> {
    /// Collects up to `wanted` rows, and asks for no more.
    pub fn up_to(wanted: usize) -> Self {
        Self { rows: Vec::new(), wanted }
    }

    /// Collects all rows.
    pub fn all() -> Self {
        Self::up_to(usize::MAX)
    }
}

impl<S: Selection, X: Mode> Sink for Collect<S, X> {
    fn row(&mut self, row: &dyn RowRef, tracker: &mut dyn Any) -> Result<Step> {
        self.rows.push(S::take::<X>(row, 0, tracker)?);
        match self.rows.len() < self.wanted {
            true => Ok(Step::More),
            false => Ok(Step::Enough),
        }
    }
}

impl<S: Selection, X: Mode> Gather for Collect<S, X> {
    type Gathered = Vec<S::Out<X>>;

    fn begin() -> Self {
        Self::all()
    }

    fn end(self) -> Result<Self::Gathered> {
        Ok(self.rows)
    }
}

/// Takes the first row, and asks for no more.
pub struct First<S: Selection, X: Mode> {
    /// The row, if there was one.
    pub row: Option<S::Out<X>>,
}

impl<S: Selection, X: Mode> Sink for First<S, X> {
    fn row(&mut self, row: &dyn RowRef, tracker: &mut dyn Any) -> Result<Step> {
        self.row = Some(S::take::<X>(row, 0, tracker)?);
        Ok(Step::Enough)
    }
}

impl<S: Selection, X: Mode> Gather for First<S, X> {
    type Gathered = Option<S::Out<X>>;

    fn begin() -> Self {
        Self { row: None }
    }

    fn end(self) -> Result<Self::Gathered> {
        Ok(self.row)
    }
}

/// Takes a row, if there is one, and notices a second one.
pub struct Only<S: Selection, X: Mode> {
    first: First<S, X>,
    more: bool,
}

impl<S: Selection, X: Mode> Gather for Only<S, X> {
    type Gathered = Option<S::Out<X>>;

    fn begin() -> Self {
        Self { first: First::begin(), more: false }
    }

    fn end(self) -> Result<Self::Gathered> {
        if self.more { Err(multiple_rows()) } else { Ok(self.first.row) }
    }
}

impl<S: Selection, X: Mode> Sink for Only<S, X> {
    fn row(&mut self, row: &dyn RowRef, tracker: &mut dyn Any) -> Result<Step> {
        if self.first.row.is_some() {
            self.more = true;
            return Ok(Step::Enough);
        }
        self.first.row(row, tracker)?;
        Ok(Step::More)
    }
}

/// Takes the row that is there, and misses one as it notices a second one.
pub struct Sole<S: Selection, X: Mode>(Only<S, X>);

impl<S: Selection, X: Mode> Sink for Sole<S, X> {
    fn row(&mut self, row: &dyn RowRef, tracker: &mut dyn Any) -> Result<Step> {
        self.0.row(row, tracker)
    }
}

impl<S: Selection, X: Mode> Gather for Sole<S, X> {
    type Gathered = S::Out<X>;

    fn begin() -> Self {
        Self(Only::begin())
    }

    fn end(self) -> Result<Self::Gathered> {
        self.0.end()?.ok_or_else(no_row)
    }
}

/// Passes all rows over.
pub struct Discard;

impl Sink for Discard {
    fn row(&mut self, _row: &dyn RowRef, _tracker: &mut dyn Any) -> Result<Step> {
        Ok(Step::More)
    }
}
