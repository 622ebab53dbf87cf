//! `Sent`: a question that is on its way while nobody waits for its answer yet.

use std::future::{Future, poll_fn};
use std::task::Poll;

use aludel_sql::BoxFuture;

/// A question that is on its way.
pub(crate) struct Sent<'a, T> {
    future: BoxFuture<'a, T>,
    answer: Option<T>,
}

impl<'a, T> Sent<'a, T> {
    /// Sends it: tokio-postgres hands a question to the connection at the first poll, and in the order of these.
    pub(crate) async fn start(future: impl Future<Output = T> + Send + 'a) -> Self {
        let mut future: BoxFuture<'a, T> = Box::pin(future);
        let answer = poll_fn(|context| {
            Poll::Ready(match future.as_mut().poll(context) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            })
        })
        .await;
        Self { future, answer }
    }

    /// Waits for the answer.
    pub(crate) async fn answer(self) -> T {
        match self.answer {
            Some(answer) => answer,
            None => self.future.await,
        }
    }
}
