//! The future of a request's response. Dropping it does not end the request: what is left of it goes on in the
//! background, since a client that goes away must not leave half a transaction behind.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::future::{Either, select};
use http::{Method, StatusCode};
use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::error::{Abandoned, Failure, Panicked};
use crate::message::{BoxFuture, Response};
use crate::respond;
use crate::route::Answer;

use super::answer::{Asked, Unhandled, recover, unhandled, unplaced, without_body};
use super::shared::Shared;
use super::step::step;
use super::wind::{end_resource, tear_down};

/// The life of one request, as a future of its response.
///
/// When it is dropped before it is done, as a server does when the client closes the connection, the rest runs on in
/// the background: the handler for at most `Limits::grace`, then the resource's end and the teardown hooks in any case. Only
/// where no runtime is left to run it, it ends with its drop.
#[must_use = "futures do nothing unless polled"]
pub struct Life {
    shared: Arc<Shared>,
    asked: Asked,
    stage: Stage,
    detached: bool,
}

/// What is under way. Only the handler is so in every request: the rest is made when it is needed.
enum Stage {
    Handling(Answer),
    /// An error handler, or a page: it does not fail.
    Recovering(Answer),
    /// Teardown hooks.
    Winding(BoxFuture<'static, Response>),
    Done,
}

impl Life {
    /// Begins with a handler's work, or with the failure that was found before.
    pub(super) fn new(shared: Arc<Shared>, work: Result<Answer, Failure>, asked: Asked) -> Self {
        let mut life = Self { shared, asked, stage: Stage::Done, detached: false };
        match work {
            Ok(work) => life.stage = Stage::Handling(work),
            Err(failure) => life.recover(failure),
        }
        life
    }

    /// Goes on with the handler, or with what answers in its place, and leaves the stage when it is done: what its future holds must
    /// be gone before the resource is ended that it came from. A panic is a failure too.
    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response, Failure>> {
        let Self { asked, stage, .. } = self;
        let polled = step(&asked.info, || {
            let (Stage::Handling(work) | Stage::Recovering(work)) = stage else { return Poll::Pending };
            let polled = work.as_mut().poll(cx);
            if polled.is_ready() {
                *stage = Stage::Done;
            }
            polled
        });
        polled.unwrap_or_else(|panicked| {
            let is_handled = matches!(self.stage, Stage::Handling(_));
            self.drop_stage();
            Poll::Ready(if is_handled { Err(unplaced(panicked)) } else { Ok(self.crashed(panicked)) })
        })
    }

    fn drop_stage(&mut self) {
        let stage = mem::replace(&mut self.stage, Stage::Done);
        if let Err(error) = step(&self.asked.info, || drop(stage)) {
            tracing::error!(request = %self.asked.info.id(), "while a handler was dropped: {error}");
        }
    }

    fn recover(&mut self, failure: Failure) {
        self.asked.info.set_handled();
        let recovered = recover(self.shared.clone(), failure, self.asked.take());
        self.stage = Stage::Recovering(Box::pin(async move { Ok(recovered.await) }));
    }

    /// Goes on with an answer. Returns it if there is nothing left to do.
    fn answered(&mut self, response: Response) -> Option<Response> {
        let response = if self.asked.info.method() == Method::HEAD { without_body(response) } else { response };
        let status = response.status();
        self.wind(response, Some(status))
    }

    /// As [`answered`](Life::answered); there is no status if nobody has answered.
    fn wind(&mut self, response: Response, status: Option<StatusCode>) -> Option<Response> {
        let info = &self.asked.info;
        info.set_handled();
        end_resource(info, status);
        if self.shared.teardown_hooks.is_empty() {
            return Some(response);
        }
        let rest = tear_down(self.shared.clone(), info.clone(), response);
        self.stage = Stage::Winding(Box::pin(info.clone().scope(rest)));
        None
    }

    /// Answers for code that panicked outside of the handler and the error handlers.
    fn crashed(&self, panicked: Panicked) -> Response {
        let mut response = respond::text("500 Internal Server Error");
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        unhandled(&self.shared, &mut response, unplaced(panicked), &self.asked.info);
        response
    }

    /// Goes on without a client.
    async fn finish(mut self) {
        let shared = self.shared.clone();
        let (grace, hurry) = (pin!(sleep(shared.limits.grace)), pin!(shared.hurry.cancelled()));
        // Asked first, so that who is in a hurry has the handler dropped where it stands.
        if let Either::Left(..) = select(select(grace, hurry), &mut self).await
            && self.abandon()
        {
            (&mut self).await;
        }
    }

    /// Drops a handler that is not done. Says whether something is left to do.
    fn abandon(&mut self) -> bool {
        if !matches!(self.stage, Stage::Handling(_) | Stage::Recovering(_)) {
            return true;
        }
        let info = &self.asked.info;
        tracing::warn!(request = %info.id(), method = %info.method(), endpoint = info.endpoint(), "{Abandoned}: the handler was dropped");
        let mut response = Response::default();
        response.extensions_mut().insert(Unhandled(Arc::new(unplaced(Abandoned))));
        self.drop_stage();
        self.wind(response, None).is_none()
    }
}

impl Future for Life {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = &mut *self;
        while let Stage::Handling(_) | Stage::Recovering(_) = this.stage {
            match ready!(this.advance(cx)) {
                Ok(response) => {
                    if let Some(response) = this.answered(response) {
                        return Poll::Ready(response);
                    }
                }
                Err(failure) => this.recover(failure),
            }
        }
        let Stage::Winding(rest) = &mut this.stage else { return Poll::Pending };
        let response = ready!(rest.as_mut().poll(cx));
        this.stage = Stage::Done;
        Poll::Ready(response)
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        // A detached life is dropped unfinished only by a runtime that is shutting down: it would never run again.
        if self.detached || matches!(self.stage, Stage::Done) {
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        let stage = mem::replace(&mut self.stage, Stage::Done);
        let rest = Self { shared: self.shared.clone(), asked: self.asked.take(), stage, detached: true };
        self.shared.detached.spawn_on(rest.finish(), &runtime);
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Life({:?})", self.asked.info)
    }
}
