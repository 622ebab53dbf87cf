//! Requests and responses between hyper and the application, counted into the connection's pulse.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use crate::life::{Life, Service};
use crate::request::Peer;

use super::pulse::{Busy, Pulse};

/// The application as hyper calls it, on one connection.
pub(super) struct Traffic {
    service: Service,
    peer: SocketAddr,
    pulse: Pulse,
}

impl Traffic {
    pub(super) fn new(service: Service, peer: SocketAddr, pulse: Pulse) -> Self {
        Self { service, peer, pulse }
    }
}

impl hyper::service::Service<Request<Incoming>> for Traffic {
    type Response = Response<CountedBody>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        let busy = self.pulse.begin_request(request.version());
        Answering { life: self.service.handle(request, Peer::Address(self.peer)), busy: Some(busy) }
    }
}

/// A request that is being answered.
pub(super) struct Answering {
    life: Life,
    busy: Option<Busy>,
}

impl Future for Answering {
    type Output = Result<Response<CountedBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(Pin::new(&mut self.life).poll(cx));
        let busy = self.busy.take();
        Poll::Ready(Ok(response.map(|body| CountedBody { body, _busy: busy })))
    }
}

/// A response's body; the connection is busy until it is sent or dropped.
pub(super) struct CountedBody {
    body: Body,
    _busy: Option<Busy>,
}

impl http_body::Body for CountedBody {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
