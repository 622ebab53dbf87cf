//! The future of a request's response. Dropping it does not end the request: what is left of it goes on in the
//! background, since a client that goes away must not leave half a transaction behind.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::future::{Either, select};
use http::StatusCode;
use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::error::{Abandoned, Panicked};
use crate::message::{BoxFuture, Response};
use crate::request::RequestInfo;
use crate::respond;
use crate::scope::Resource;

use super::answer::{Unhandled, unhandled, unplaced};
use super::guard::{guarded_call, guarded_drop};
use super::shared::Shared;
use super::wind::wind_up;

/// The life of one request, as a future of its response.
///
/// When it is dropped before it is done, as a server does when the client closes the connection, the rest runs on in
/// the background: the handler for at most `Limits::grace`, then resources and teardown hooks in any case. Only where
/// no runtime is left to run it, it ends with its drop.
#[must_use = "futures do nothing unless polled"]
pub struct Life {
    shared: Arc<Shared>,
    info: RequestInfo,
    stage: Stage,
    detached: bool,
}

enum Stage {
    Answering { answer: BoxFuture<'static, Response>, resources: Vec<Box<dyn Resource>> },
    Winding(BoxFuture<'static, Response>),
    Done,
}

impl Life {
    pub(super) fn new(
        shared: Arc<Shared>,
        info: RequestInfo,
        answer: BoxFuture<'static, Response>,
        resources: Vec<Box<dyn Resource>>,
    ) -> Self {
        Self { shared, info, stage: Stage::Answering { answer, resources }, detached: false }
    }

    /// Leaves the first stage with its answer. Returns the answer if there is nothing left to do.
    fn wind(&mut self, response: Response) -> Option<Response> {
        let Stage::Answering { answer, resources } = mem::replace(&mut self.stage, Stage::Done) else {
            return Some(response);
        };
        self.info.set_handled();
        // What the handler held must be gone before the resources that it came from are resolved.
        guarded_drop(answer);
        if resources.is_empty() && self.shared.teardown_hooks.is_empty() {
            return Some(response);
        }
        let rest = wind_up(self.shared.clone(), resources, self.info.clone(), response);
        self.stage = Stage::Winding(Box::pin(self.info.clone().scope(rest)));
        None
    }

    /// Answers for code that panicked outside of the handler and the error handlers, such as a resource's wrapper.
    fn crashed(&self, panicked: Panicked) -> Response {
        let mut response = respond::text("500 Internal Server Error");
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        unhandled(&self.shared, &mut response, unplaced(panicked), &self.info);
        response
    }

    /// Goes on without a client.
    async fn finish(mut self) {
        let shared = self.shared.clone();
        let (grace, hurry) = (pin!(sleep(shared.limits.grace)), pin!(shared.hurry.cancelled()));
        // Asked first, so that who is in a hurry has the handler dropped where it stands.
        if let Either::Left(..) = select(select(grace, hurry), &mut self).await {
            self.abandon();
            (&mut self).await;
        }
    }

    /// Drops a handler that is not done; what comes after it is still to run.
    fn abandon(&mut self) {
        if !matches!(self.stage, Stage::Answering { .. }) {
            return;
        }
        let info = &self.info;
        tracing::warn!(request = %info.id(), method = %info.method(), endpoint = info.endpoint(), "{Abandoned}: the handler was dropped");
        let mut response = Response::default();
        response.extensions_mut().insert(Unhandled(Arc::new(unplaced(Abandoned))));
        if self.wind(response).is_some() {
            self.stage = Stage::Done;
        }
    }
}

impl Future for Life {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        if let Stage::Answering { answer, .. } = &mut self.stage {
            let response = match guarded_call(|| answer.as_mut().poll(cx)) {
                Ok(answer) => ready!(answer),
                Err(panicked) => self.crashed(panicked),
            };
            if let Some(response) = self.wind(response) {
                return Poll::Ready(response);
            }
        }
        let Stage::Winding(rest) = &mut self.stage else { return Poll::Pending };
        let response = ready!(rest.as_mut().poll(cx));
        self.stage = Stage::Done;
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
        let rest = Self { shared: self.shared.clone(), info: self.info.clone(), stage, detached: true };
        self.shared.detached.spawn_on(rest.finish(), &runtime);
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Life({:?})", self.info)
    }
}
