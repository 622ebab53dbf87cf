//! Faults that are planted on purpose: a campaign that does not find one of them finds no other either.

use std::fmt::Debug;

use aludel_engine::Fault;

use super::report::{Plan, Report};
use super::server::{Followed, Pair, Server};
use super::{failover, kill, replicas, restart};

/// So often the server ends at most, until a fault is found.
const TIMES: usize = 20;
/// So often replicas fall behind.
const BEHIND: usize = 8;

/// Plants each of these where a server is killed.
///
/// # Panics
/// If one is not found.
pub async fn kills_find<S: Server>(faults: &[Fault]) {
    let (plan, mut missed) = (Plan::of_environment(TIMES, TIMES), Vec::new());
    for fault in faults {
        missed.extend(missing(*fault, kill::run::<S>(plan.with(Some(*fault))).await));
    }
    assert_all(S::NAME, plan, &missed);
}

/// As [`kills_find`], where a server is restarted.
///
/// # Panics
/// If one is not found.
pub async fn restarts_find<S: Server>(faults: &[Fault]) {
    let (plan, mut missed) = (Plan::of_environment(TIMES, TIMES), Vec::new());
    for fault in faults {
        missed.extend(missing(*fault, restart::run::<S>(plan.with(Some(*fault))).await));
    }
    assert_all(S::NAME, plan, &missed);
}

/// As [`kills_find`], where a standby takes over; and an engine that takes any server that answers.
///
/// # Panics
/// If one is not found.
pub async fn failovers_find<P: Pair>(faults: &[Fault]) {
    let (plan, mut missed) = (Plan::of_environment(TIMES, TIMES), Vec::new());
    for fault in faults {
        missed.extend(missing(*fault, failover::run::<P>(plan.with(Some(*fault))).await));
    }
    missed.extend(missing("any server", failover::run::<P>(Plan { asks: false, ..plan }).await));
    assert_all(P::NAME, plan, &missed);
}

/// As [`kills_find`], where replicas fall behind.
///
/// # Panics
/// If one is not found.
pub async fn replicas_find<F: Followed>(faults: &[Fault]) {
    let (plan, mut missed) = (Plan::of_environment(BEHIND, BEHIND), Vec::new());
    for fault in faults {
        missed.extend(missing(*fault, replicas::run::<F>(plan.with(Some(*fault))).await));
    }
    assert_all(F::NAME, plan, &missed);
}

#[expect(clippy::print_stdout, reason = "it is for who runs the tests, and for `cargo xtask campaign`")]
fn missing(fault: impl Debug, report: Report<'_>) -> Option<String> {
    let Report { campaign, database, took, cases, anomalies, .. } = report;
    let found = anomalies.first().map(|found| found.lines().next().unwrap_or_default());
    let what = found.map_or("NOT FOUND".to_owned(), |found| format!("found: {found}"));
    println!("planted {campaign} {database} {fault:?}: {:.1} s, after {cases} times, {what}", took.as_secs_f64());
    found.is_none().then(|| format!("{fault:?}"))
}

fn assert_all(database: &str, plan: Plan, missed: &[String]) {
    assert!(missed.is_empty(), "{database}: these faults are not found, with the seed {}: {missed:?}", plan.seed);
}
