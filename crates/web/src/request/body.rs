//! A request's body under the limits of size and time. What it finds is told to its reader as an error and kept in
//! the request's facts, since readers tend to make a 400 of every error.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::error::{BodyTimedOut, PayloadTooLarge};
use crate::limits::Limits;

use super::info::{BodyFault, RequestInfo};

type BoxError = Box<dyn Error + Send + Sync>;

/// A body that fails when it is too large or takes too long.
pub(crate) struct LimitedBody<B> {
    body: B,
    left: u64,
    limit: u64,
    timeout: Duration,
    /// Armed when reading has to wait for the first time: most bodies are there at once and cost no timer.
    deadline: Option<Pin<Box<Sleep>>>,
    info: RequestInfo,
}

impl<B> LimitedBody<B> {
    pub(crate) fn new(body: B, limits: &Limits, info: RequestInfo) -> Self {
        let limit = limits.max_body;
        Self { body, left: limit, limit, timeout: limits.body_timeout, deadline: None, info }
    }

    fn count(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, BoxError> {
        let bytes = frame.data_ref().map_or(0, Buf::remaining) as u64;
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(frame)
            }
            None => {
                let error = PayloadTooLarge { limit: self.limit };
                self.info.set_fault(BodyFault::TooLarge(error.clone()));
                Err(error.into())
            }
        }
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<BoxError> {
        let after = self.timeout;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(after)));
        ready!(deadline.as_mut().poll(cx));
        let error = BodyTimedOut { after };
        self.info.set_fault(BodyFault::TimedOut(error.clone()));
        Poll::Ready(error.into())
    }
}

impl<B> Body for LimitedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(this.count(frame))),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => this.poll_deadline(cx).map(|error| Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
