//! Serves an application until it is told to end.

use std::future::Future;
use std::io::IsTerminal;
use std::task::Poll;

use aludel_web::bind;
use tracing_subscriber::EnvFilter;

use super::build::App;
use crate::error::{Error, Result};

/// Where and how to listen.
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) debug: Option<bool>,
}

/// Serves until Ctrl+C or SIGTERM, then lets the requests that run end.
pub(super) async fn serve(app: App, address: Address) -> Result {
    log();
    if address.debug == Some(true) && !cfg!(debug_assertions) {
        tracing::warn!(target: "aludel", "`--debug` is ignored: this is a release build, which shows no error pages");
    }
    let name = app.name().to_owned();
    let app = match address.debug {
        Some(debug) => app.debug(debug),
        None => app,
    };
    let ready = app.ready().await?;
    let listener = bind(&address.host, address.port).await.map_err(Error::unplaced)?;
    let build = if cfg!(debug_assertions) { "debug build" } else { "release build" };
    let local = listener.local_addr().map_err(Error::unplaced)?;
    tracing::info!(target: "aludel", "`{name}` listens on http://{local}/ ({build}); Ctrl+C ends it");
    aludel_web::serve(ready.service, listener, told_to_end()).await.map_err(Error::unplaced)?;
    drop(ready.engine);
    tracing::info!(target: "aludel", "`{name}` has ended");
    Ok(())
}

/// Prints the log to the standard error stream, unless the program has set up a log of its own. `RUST_LOG` chooses; colours
/// are for terminals.
fn log() {
    let asked = EnvFilter::try_from_default_env();
    let misread = asked.as_ref().err().filter(|_| std::env::var_os(EnvFilter::DEFAULT_ENV).is_some()).map(ToString::to_string);
    let log = tracing_subscriber::fmt().with_env_filter(asked.unwrap_or_else(|_| EnvFilter::new("info"))).with_writer(std::io::stderr);
    let set_up = match std::io::stderr().is_terminal() {
        true => log.try_init(),
        false => log.with_ansi(false).try_init(),
    };
    // An error says that there is a log already.
    if let (Ok(()), Some(misread)) = (set_up, misread) {
        tracing::warn!(target: "aludel", "`RUST_LOG` is not understood, so that the log is that of `RUST_LOG=info`: {misread}");
    }
}

#[cfg(unix)]
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return interrupted().await };
    let mut interrupted = Box::pin(interrupted());
    std::future::poll_fn(|context| match interrupted.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => terminate.poll_recv(context).map(|_signal| ()),
    })
    .await;
}

#[cfg(not(unix))]
async fn told_to_end() {
    interrupted().await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
