//! `timeout`: a bound for statements, which holds for one of an embedded database too, beside which no timer runs.

use std::future::Future;
use std::time::{Duration, Instant};

use aludel_sql::{Error, ErrorKind, Result};

use crate::holder::until;

/// Runs statements for at most so long; then the one that runs is stopped, on the server too, and what comes of it is an error.
///
/// ```
/// # async fn report(engine: &aludel_engine::Engine) -> aludel_sql::Result {
/// use std::time::Duration;
/// use aludel_engine::timeout;
/// use aludel_sql::raw;
///
/// let counted = timeout(Duration::from_secs(2), raw("SELECT count(*) FROM visits").one(engine)).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`ErrorKind::Timeout`]; else those of the future.
pub async fn timeout<T>(limit: Duration, future: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, until(Instant::now() + limit, future)).await {
        Ok(result) => result,
        Err(_elapsed) => {
            Err(Error::new(ErrorKind::Timeout, format!("the statement was stopped after the {} ms that it may take", limit.as_millis()))
                .hint("make the statement faster, for example by an index, or allow it more time"))
        }
    }
}
