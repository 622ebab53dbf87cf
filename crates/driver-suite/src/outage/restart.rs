//! A server that is restarted: each connection fails once at most, and none that is asked before it is lent; the pool is whole within a
//! second of the server's return.

use std::time::{Duration, Instant};

use aludel_engine::PoolOptions;
use aludel_sql::raw;
use futures_util::future::join_all;

use super::field::{Field, options, outside};
use super::load::SIZE;
use super::plan::Plan;
use super::server::Server;
use crate::report::Report;
use crate::servers::Stop;

/// Restarts the server again and again.
///
/// # Panics
/// If anything came of it that should not.
pub async fn restart<S: Server>(plan: Plan) {
    run::<S>(plan).await.check();
}

pub(super) async fn run<S: Server>(plan: Plan) -> Report {
    let mut server = S::start();
    let (engine, outside) = (server.engine(server.port(), options(plan)), server.engine(server.port(), outside()));
    let mut field = Field::new(plan, engine, outside, S::TELLS_SINGLE).await.expect("a table");
    let mut cases = 0;
    while cases < plan.times && !field.has_enough() {
        let stop = S::STOPS[cases % S::STOPS.len()];
        under_load(&mut field, &mut server, stop).await;
        if !field.has_enough() {
            asked_before(&mut field, &mut server, stop).await;
        }
        cases += 1;
    }
    field.close(("restart", S::NAME), cases).await
}

async fn under_load<S: Server>(field: &mut Field, server: &mut S, stop: Stop) {
    let mut load = field.load().await;
    let (before, closed) = (load.broken(), field.engine.pool().closed);
    server.stop(stop);
    server.serve();
    let returned = Instant::now();
    field.goes_on(&load, field.back()).await;
    if field.has_enough() {
        return;
    }
    let Some(entries) = field.stop(&mut load).await else { return };
    // Each has come to its turn by then, also one that broke while nobody had it.
    let broken = load.broken() - before + field.is_whole(returned).await;
    if broken > SIZE as u64 {
        field.anomaly(format!("{broken} statements have failed on {SIZE} connections"));
    }
    let closed = field.engine.pool().closed - closed;
    if broken > closed {
        field.anomaly(format!("{broken} statements have failed on {closed} connections: those that broke are closed"));
    }
    field.compare(entries).await;
}

/// Connections that are idle meanwhile, and asked before they are lent: nobody hears of the restart.
async fn asked_before<S: Server>(field: &mut Field, server: &mut S, stop: Stop) {
    let engine = server.engine(server.port(), PoolOptions::default().size(SIZE).ping_after(Duration::ZERO));
    if let Some(fault) = field.plan.fault {
        engine.plant(fault);
    }
    let mut held = Vec::new();
    for _ in 0..SIZE {
        match engine.connect().await {
            Ok(connection) => held.push(connection),
            Err(error) => return field.anomaly(format!("no connection is to be had: {error:?}")),
        }
    }
    drop(held);
    server.stop(stop);
    server.serve();
    let returned = Instant::now();
    let used = join_all((0..2 * SIZE).map(|_| raw("SELECT 1").one(&engine))).await;
    let failed: Vec<_> = used.into_iter().filter_map(Result::err).collect();
    if let Some(error) = failed.first() {
        field.anomaly(format!("{} statements have failed on connections that were asked before: {error:?}", failed.len()));
    }
    let pool = engine.pool();
    if returned.elapsed() > field.back() || pool.free != SIZE || !pool.holders.is_empty() {
        field.anomaly(format!("the pool is not whole {:?} after the server's return: {pool:?}", returned.elapsed()));
    }
}
