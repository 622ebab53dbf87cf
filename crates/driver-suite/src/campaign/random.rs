//! Futures that are dropped at random points, several at once.

use std::sync::Arc;

use aludel_engine::Engine;

use super::cut::Cut;
use super::field::Field;
use super::ground::{Ground, Kind};
use super::plan::Plan;
use super::works::WORKS;
use crate::dice::Dice;

/// How many tasks work at once: more than there are connections.
const TASKS: u32 = 6;
/// How many futures each of them drops before everything is looked at.
const EACH: u32 = 25;
/// After so many looks at everything an engine has been used enough: the next one has to open its connections.
const ROUNDS: u32 = 4;

/// Drops as many futures as the plan says.
///
/// # Panics
/// If anything is left that should not be.
pub async fn random<G: Ground>(plan: Plan) {
    let field = Arc::new(Field::<G>::new(plan).await);
    drop_all(&field).await;
    field.close().await;
    field.report("random").check();
}

pub(super) async fn drop_all<G: Ground>(field: &Arc<Field<G>>) {
    let mut kinds = field.plan.kinds(G::KINDS).iter().copied().cycle();
    let mut next = || field.engine(kinds.next().unwrap_or(Kind::Plain));
    let mut engine = next();
    for round in 0..field.plan.futures {
        if field.has_enough() || !field.goes_on() {
            return;
        }
        if round % ROUNDS == 0 {
            engine = next();
        }
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let dice = Dice::of(field.plan.seed, u64::from(round * TASKS + task));
                tokio::spawn(work(Arc::clone(field), engine.clone(), dice))
            })
            .collect();
        for task in tasks {
            if let Err(panic) = task.await {
                field.anomaly(panic.to_string());
            }
        }
        field.audit(&engine, &format!("round {round}")).await;
    }
}

async fn work<G: Ground>(field: Arc<Field<G>>, engine: Engine, mut dice: Dice) {
    for _ in 0..EACH {
        if !field.goes_on() {
            return;
        }
        let work = &WORKS[dice.below(WORKS.len())];
        field.run(work, &engine, Cut::random(&mut dice)).await;
        if dice.below(8) == 0 {
            field.look(&engine).await;
        }
    }
}
