//! Runs a case on a database of its own.

use std::time::Duration;

use aludel_engine::Engine;
use aludel_sql::{BoxFuture, ErrorKind, Result};

use crate::fixture::{Capability, Fixture, Lease};

/// Longer than any case takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A case: what it does, and what it needs.
pub struct Case {
    /// What the database must be able to do.
    pub needs: Option<Capability>,
    /// Works on an empty database; an error fails the case, as a panic does.
    pub run: for<'e> fn(&'e Engine) -> BoxFuture<'e, Result>,
}

/// Runs a case. Where the database cannot do what it needs, it must come to our own error that says so.
///
/// # Panics
/// If the case fails, or leaves a connection lent.
pub async fn run<F: Fixture>(case: Case) {
    let Lease { engine, keeper } = F::lease().await;
    let free = engine.free_connections();
    let outcome = tokio::time::timeout(PATIENCE, (case.run)(&engine)).await.expect("the case ends");
    match case.needs.filter(|need| F::CANNOT.contains(need)) {
        None => outcome.expect("the case passes"),
        Some(need) => {
            let error = outcome.expect_err("the database cannot do it");
            let named = matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Data { .. });
            assert!(named, "{need:?} is not there, and the error does not say so: {error:?}");
        }
    }
    let all_back = async {
        while engine.free_connections() < free {
            // tidy: condition, asked again and again within a bound
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), all_back).await.expect("every connection comes back");
    drop(engine);
    drop(keeper);
}
