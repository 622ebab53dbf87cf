//! Faults of the engine that are planted on purpose: a campaign that does not find one of them finds no other either.

use std::sync::Arc;

use aludel_engine::Fault;

use super::field::Field;
use super::ground::Ground;
use super::plan::Plan;
use super::points::visit_all;
use super::random::drop_all;

/// Runs the campaign with each of the faults.
///
/// # Panics
/// If it does not find one.
pub async fn planted<G: Ground>(faults: &[Fault]) {
    let plan = Plan::of_environment();
    let mut missed = Vec::new();
    for fault in faults {
        let started = std::time::Instant::now();
        let plan = Plan { futures: 500, ..plan.with(*fault) };
        let field = Arc::new(Field::<G>::new(plan).await);
        drop_all(&field).await;
        visit_all(&field).await;
        let found = field.anomalies().into_iter().next();
        tell(G::NAME, *fault, started.elapsed().as_secs_f64(), found.as_deref());
        if found.is_none() {
            missed.push(*fault);
        }
    }
    assert!(!faults.is_empty() && missed.is_empty(), "{}: these faults are not found, with the seed {}: {missed:?}", G::NAME, plan.seed);
}

#[expect(clippy::print_stdout, reason = "it is for who runs the tests, and for `cargo xtask campaign`")]
fn tell(database: &str, fault: Fault, seconds: f64, found: Option<&str>) {
    let what = found.map_or("NOT FOUND".to_owned(), |found| format!("found: {}", found.lines().next().unwrap_or_default()));
    println!("planted cancel {database} {fault:?}: {seconds:.1} s, {what}");
}
