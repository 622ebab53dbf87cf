//! `Answer`: a result that is there already, or a future of it. An embedded database answers at once and
//! pays for no future on the heap.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a call of a driver returns: await it.
#[must_use = "an answer does nothing unless it is awaited"]
pub enum Answer<'a, T> {
    /// The result; `None` once it has been taken.
    Ready(Option<T>),
    /// The future of the result.
    Later(BoxFuture<'a, T>),
}

impl<T> Answer<'_, T> {
    /// Returns an answer that is there.
    pub fn ready(result: T) -> Self {
        Self::Ready(Some(result))
    }
}

impl<T: Unpin> Future for Answer<'_, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match self.get_mut() {
            Self::Ready(result) => Poll::Ready(result.take().expect("invariant: a future is not polled after it is ready")),
            Self::Later(future) => future.as_mut().poll(context),
        }
    }
}
