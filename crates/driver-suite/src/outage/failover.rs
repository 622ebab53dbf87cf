//! A primary that is killed, and a standby that takes its place: writes go on soon after, on the new one alone, and nothing is lost that
//! was acknowledged.

use std::time::{Duration, Instant};

use super::field::{Field, options, outside, patience};
use super::load::Load;
use super::plan::Plan;
use super::server::Pair;
use crate::report::Report;

/// Within this writes go on after the promotion.
const GOES_ON: Duration = Duration::from_secs(2);

/// For so long nothing is told.
const STILL: Duration = Duration::from_millis(300);

/// Lets a standby take over, again and again.
///
/// # Panics
/// If anything came of it that should not.
pub async fn failover<P: Pair>(plan: Plan) {
    run::<P>(plan).await.check();
}

pub(super) async fn run<P: Pair>(plan: Plan) -> Report {
    let mut all: Option<Report> = None;
    let mut cases = 0;
    while cases < plan.times && !all.as_ref().is_some_and(|all| plan.is_planted() && !all.anomalies.is_empty()) {
        let report = once::<P>(Plan { seed: plan.seed.wrapping_add(cases as u64), ..plan }).await;
        cases += 1;
        all = Some(match all {
            None => Report { cases, ..report },
            Some(all) => Report {
                cases,
                took: all.took + report.took,
                told: format!("{} / {}", all.told, report.told),
                anomalies: [all.anomalies, report.anomalies].concat(),
                ..all
            },
        });
    }
    all.expect("one time at least")
}

/// Whether nothing is told as done any more, once the answers that were on their way have come: nobody takes writes now.
async fn falls_still(load: &Load) -> bool {
    for _ in 0..8 {
        if load.until_done(load.done() + 1, STILL).await.is_none() {
            return true;
        }
    }
    false
}

async fn once<P: Pair>(plan: Plan) -> Report {
    let mut pair = P::start();
    // Who looks from outside is to make the table on the primary, and to look at the other one later: it goes by both hosts.
    let (engine, outside) = (pair.engine(options(plan), plan.asks), pair.engine(outside(), true));
    let mut field = Field::new(plan, engine, outside, false).await.expect("a table");
    let load = field.load().await;
    pair.kill();
    if !falls_still(&load).await {
        field.anomaly("writes are told as done while there is no primary".to_owned());
    }
    pair.promote();
    let took = field.goes_on(&load, patience(GOES_ON)).await;
    if field.has_enough() {
        return field.close(("failover", P::NAME), 1).await;
    }
    load.until_done(load.done() + 100, GOES_ON * 5).await;
    field.settle(load).await;
    let broken = field.is_whole(Instant::now()).await;
    if broken > 0 {
        field.anomaly(format!("{broken} connections of the pool do not work"));
    }
    let outside = pair.next();
    field.outside = outside;
    let mut report = field.close(("failover", P::NAME), 1).await;
    report.told += &format!(", the first write {:.2} s after the promotion", took.unwrap_or_default().as_secs_f64());
    report
}
