//! `kill -9` under load: every acknowledged commit is there, every unanswered one is told as unknown, and what is told of it later is
//! true.

use std::time::Duration;

use super::field::{Field, options, outside};
use super::plan::Plan;
use super::server::Server;
use crate::proxy::{Fault, Proxy};
use crate::report::Report;
use crate::servers::Kill;
use crate::size::is_full;

/// A server that kills and starts its processes itself is not waited for.
const ALONE: Duration = Duration::from_secs(10);

/// Kills the server again and again.
///
/// # Panics
/// If anything came of it that should not.
pub async fn kill<S: Server>(plan: Plan) {
    run::<S>(plan).await.check();
}

pub(super) async fn run<S: Server>(plan: Plan) -> Report {
    let mut server = S::start();
    let proxy = Proxy::to(&format!("127.0.0.1:{}", server.port()), Fault::None).await.expect("a port");
    let (engine, outside) = (server.engine(proxy.port(), options(plan)), server.engine(server.port(), outside()));
    let mut field = Field::new(plan, engine, outside, S::TELLS_SINGLE).await.expect("a table");
    let mut cases = 0;
    while cases < plan.times && !field.has_enough() {
        let kill = S::KILLS[cases % S::KILLS.len()];
        let load = field.load().await;
        if field.dice.below(3) > 0 {
            // Answers get lost: what was on its way is done, and nobody hears of it.
            proxy.stall();
            // tidy: condition, the while in which the server does what nobody hears of
            tokio::time::sleep(Duration::from_millis(field.dice.below(20) as u64)).await;
        }
        server.kill(kill);
        proxy.resume();
        server.serve();
        let limit = if kill == Kill::Worker { ALONE } else { field.back() };
        field.goes_on(&load, limit).await;
        field.settle(load).await;
        cases += 1;
    }
    if is_full() && !plan.is_planted() && field.ledger.unknown == 0 {
        field.anomaly("no commit was told as unknown: what is told of it later was never tried".to_owned());
    }
    field.close(("kill", S::NAME), cases).await
}
