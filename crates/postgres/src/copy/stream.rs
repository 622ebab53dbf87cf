//! `Inward`: the bytes of a COPY on their way to the server. Whatever becomes of it, the connection is in step with the server
//! afterwards, or closed.

use std::future::poll_fn;
use std::pin::Pin;

use aludel_engine::Unsettled;
use aludel_sql::Result;
use bytes::{Bytes, BytesMut};
use futures_util::Sink;
use tokio_postgres::{CopyInSink, Statement};

use crate::errors::from_driver;
use crate::exchange::Exchange;
use crate::link::Link;
use crate::sent::Sent;

/// So many bytes go out together.
const CHUNK: usize = 64 << 10;

/// A COPY that the server takes.
pub(crate) struct Inward {
    sink: Pin<Box<CopyInSink<Bytes>>>,
    /// What is to go out next.
    pub(crate) buffer: BytesMut,
    /// How many bytes went out.
    pub(crate) bytes: u64,
}

impl Inward {
    pub(crate) async fn open(link: &Link, statement: &Statement) -> Result<Self> {
        let sink = link.client().copy_in(statement).await.map_err(from_driver)?;
        Ok(Self { sink: Box::pin(sink), buffer: BytesMut::with_capacity(CHUNK + CHUNK / 4), bytes: 0 })
    }

    /// Sends what is there, if it is enough; `false` if the server has refused the rows, and the rest is not wanted.
    pub(crate) async fn flow(&mut self, link: &Link) -> Result<bool> {
        match self.buffer.len() >= CHUNK {
            true => self.send(link).await,
            false => Ok(!link.heard().has_refused()),
        }
    }

    /// Sends what is there.
    pub(crate) async fn send(&mut self, link: &Link) -> Result<bool> {
        if link.heard().has_refused() {
            return Ok(false);
        }
        poll_fn(|context| self.sink.as_mut().poll_ready(context)).await.map_err(from_driver)?;
        let chunk = self.buffer.split().freeze();
        self.buffer.reserve(CHUNK + CHUNK / 4);
        self.bytes += chunk.len() as u64;
        self.sink.as_mut().start_send(chunk).map_err(from_driver)?;
        Ok(true)
    }

    /// Sends what is left, says that this was all, and waits for the server's answer, which tells the number of rows. Behind it the
    /// number of the transaction is asked for, where nothing has written in that before.
    pub(crate) async fn end(mut self, exchange: &mut Exchange) -> Result<u64> {
        if !self.buffer.is_empty() {
            let _refused_is_told_below = self.send(&exchange.link).await?;
        }
        // Outside of a transaction the server commits once it has heard of the end.
        if !exchange.in_transaction() && !exchange.link.is_closed() {
            exchange.unsettled = Unsettled::Write;
        }
        let mut sink = self.sink;
        let finished = Sent::start(async move { sink.as_mut().finish().await }).await;
        let asked = match exchange.wants_number() {
            true => Some(exchange.link.ask_number().await),
            false => None,
        };
        let rows = finished.answer().await.map_err(from_driver)?;
        exchange.learn(asked).await?;
        Ok(rows)
    }
}

/// Runs a COPY, and sees to it that the connection is in step with the server afterwards, or closed.
pub(crate) async fn in_step<T>(exchange: &mut Exchange, copy: impl AsyncFnOnce(&mut Exchange) -> Result<T>) -> Result<T> {
    exchange.copies = true;
    exchange.link.heard().begin_copy();
    let result = copy(exchange).await;
    if result.is_err() {
        exchange.link.find_step().await;
    }
    exchange.link.heard().end_copy();
    exchange.copies = false;
    result
}
