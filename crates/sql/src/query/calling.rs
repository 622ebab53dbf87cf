//! `calling`: a future that says who called for it.

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::pin;

use crate::run::Calling;

/// Awaits a future, and says meanwhile who called for it.
pub async fn calling<F: Future>(caller: &'static Location<'static>, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _calling = Calling::by(caller);
        future.as_mut().poll(context)
    })
    .await
}
