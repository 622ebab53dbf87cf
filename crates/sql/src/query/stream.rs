//! `Stream`: rows one by one, in bounded memory, however many there are.

use std::any::Any;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use super::calling::calling;
use crate::ast::Statement;
use crate::error::Result;
use crate::row::RowRef;
use crate::run::{BoxFuture, Executor, Mode, Outcome, RowOf, Selection, Sink, Step};

/// So many rows are read ahead.
const AHEAD: usize = 64;

/// The rows of a query, one by one. It holds a connection, and the rows that it has read ahead: some sixty.
///
/// Dropped before its end, it stops the query; the connection goes back to the pool.
#[must_use = "a stream does nothing unless its rows are taken"]
pub struct Stream<'e, T> {
    queue: Queue<T>,
    /// None once the query has ended.
    run: Option<BoxFuture<'e, Result<Outcome>>>,
}

type Shared<T> = Arc<Mutex<VecDeque<T>>>;

/// What is between the query and its reader, who never run at the same time.
struct Queue<T>(Shared<T>);

impl<T> Queue<T> {
    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts rows into the queue.
struct Fill<S: Selection, X: Mode> {
    queue: Queue<S::Out<X>>,
    mode: PhantomData<fn() -> X>,
}

impl<S: Selection, X: Mode> Sink for Fill<S, X> {
    fn row(&mut self, row: &dyn RowRef, tracker: &mut dyn Any) -> Result<Step> {
        let taken = S::take::<X>(row, 0, tracker)?;
        let mut queue = self.queue.lock();
        queue.push_back(taken);
        Ok(if queue.len() < AHEAD { Step::More } else { Step::Pause })
    }

    fn pauses(&self) -> bool {
        true
    }

    /// No one need be woken: the reader polls the query when the queue is empty.
    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        if self.queue.lock().is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Runs a statement whose rows are taken one by one.
#[track_caller]
pub(super) fn stream<'e, S: Selection, E: Executor + 'e>(
    statement: Statement,
    mut executor: E,
) -> BoxFuture<'e, Result<Stream<'e, RowOf<S, E>>>> {
    let shared = Shared::default();
    let queue = Queue(Arc::clone(&shared));
    let run = async move {
        let mut fill = Fill::<S, E::Mode> { queue, mode: PhantomData };
        executor.by_ref().run(&statement, &mut fill).await
    };
    let run: BoxFuture<'e, _> = Box::pin(calling(Location::caller(), run));
    let mut stream = Stream { queue: Queue(shared), run: Some(run) };
    Box::pin(async move {
        poll_fn(|context| stream.poll_filled(context)).await?;
        Ok(stream)
    })
}

impl<T> Stream<'_, T> {
    /// Returns the next row; none when there is no other.
    ///
    /// # Errors
    /// What the database answers; [`ErrorKind::Data`](crate::ErrorKind::Data) for a value that does not fit its field. The
    /// stream has ended then.
    pub async fn next(&mut self) -> Result<Option<T>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// As [`next`](Stream::next), for what is polled by hand.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        ready!(self.poll_filled(context))?;
        Poll::Ready(Ok(self.queue.lock().pop_front()))
    }

    /// Runs the query until there is a row, or it has ended.
    fn poll_filled(&mut self, context: &mut Context<'_>) -> Poll<Result> {
        while self.queue.lock().is_empty() {
            let Some(run) = &mut self.run else { break };
            match run.as_mut().poll(context) {
                Poll::Ready(outcome) => {
                    self.run = None;
                    if let Err(error) = outcome {
                        self.queue.lock().clear();
                        return Poll::Ready(Err(error));
                    }
                }
                Poll::Pending if self.queue.lock().is_empty() => return Poll::Pending,
                Poll::Pending => {}
            }
        }
        Poll::Ready(Ok(()))
    }
}
