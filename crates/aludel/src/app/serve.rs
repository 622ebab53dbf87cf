//! Serves an application until it is told to end.

use std::io::IsTerminal;

use aludel_web::bind;
use tracing_subscriber::EnvFilter;

use super::build::App;
use super::signals::Signals;
use crate::error::{Error, Result};

/// Where and how to listen.
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) debug: Option<bool>,
}

/// Serves until Ctrl+C or SIGTERM, then lets the requests that run end; told so again, it ends at once.
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
    // A port that is taken is told before a database is made; who connects meanwhile waits until the application is ready.
    let listener = bind(&address.host, address.port).await.map_err(Error::unplaced)?;
    let ready = app.ready().await?;
    let build = if cfg!(debug_assertions) { "debug build" } else { "release build" };
    let local = listener.local_addr().map_err(Error::unplaced)?;
    // Before anybody hears that there is something to end.
    let signals = Signals::listen();
    tracing::info!(target: "aludel", "`{name}` listens on http://{local}/ ({build}); Ctrl+C ends it");
    let grace = ready.service.limits().grace;
    let told = async {
        signals.next().await;
        tracing::info!(target: "aludel", "`{name}` ends when its requests have, within {grace:?}; told again, it ends at once");
    };
    let served = aludel_web::serve(ready.service, listener, told, signals.next()).await.map_err(Error::unplaced)?;
    drop(ready.engine);
    match served.given_up() {
        0 => tracing::info!(target: "aludel", "`{name}` has ended"),
        left => tracing::warn!(target: "aludel", "`{name}` has ended with {left} handlers at work that could not be stopped"),
    }
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
