//! Each public async function of the engine, dropped at every await point in turn.

use std::sync::Arc;
use std::time::Duration;

use aludel_engine::Engine;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::calls::CALLS;
use super::cut::Cut;
use super::field::{Field, SIZE};
use super::ground::{Ground, Kind};
use super::plan::Plan;
use super::verbs::VERBS;
use super::works::Work;

/// More than any function has await points.
const MOST_POLLS: usize = 300;

/// How a function finds the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    /// Nothing is open yet.
    Cold,
    /// All connections are open and idle.
    Warm,
    /// Another one has them all.
    Full,
    /// Another one has the writer's place.
    Writing,
}

const SETTINGS: [Setting; 4] = [Setting::Cold, Setting::Warm, Setting::Full, Setting::Writing];

/// Visits each await point.
///
/// # Panics
/// If anything is left that should not be.
pub async fn points<G: Ground>(plan: Plan) {
    let field = Arc::new(Field::<G>::new(plan).await);
    visit_all(&field).await;
    field.close().await;
    field.report("points").check();
}

pub(super) async fn visit_all<G: Ground>(field: &Field<G>) {
    for kind in field.plan.kinds(G::KINDS) {
        for call in CALLS.iter().chain(VERBS).filter(|call| field.plan.is_thorough || differs(call, *kind)) {
            visit_call(field, call, *kind).await;
        }
    }
}

/// Whether a function does anything else on an engine of this kind: who writes leaves a row, who reads may do it elsewhere.
fn differs(call: &Work, kind: Kind) -> bool {
    match kind {
        Kind::Plain => true,
        Kind::Tokens => call.rows > 0,
        Kind::Followed => call.rows == 0,
    }
}

async fn visit_call<G: Ground>(field: &Field<G>, call: &Work, kind: Kind) {
    // How an engine lends its connections is the same for each kind.
    let settings = if field.plan.is_thorough || kind == Kind::Plain { &SETTINGS[..] } else { &[Setting::Warm] };
    for polls in 0..=MOST_POLLS {
        if !field.goes_on() {
            return;
        }
        if polls == MOST_POLLS {
            field.anomaly(format!("`{}` does not end", call.name));
        }
        if visit(field, call, (polls, kind, settings)).await {
            return;
        }
    }
}

/// Drops a function after so many polls in each setting; `true` if it came to its end in all of them.
async fn visit<G: Ground>(field: &Field<G>, call: &Work, (polls, kind, settings): (usize, Kind, &[Setting])) -> bool {
    let engine = field.engine(kind);
    let mut has_ended = true;
    for setting in settings.iter().copied() {
        let rival = rival(&engine, setting).await;
        has_ended &= field.run(call, &engine, Cut::Polls(polls)).await;
        if let Some(rival) = rival
            && let Err(panic) = rival.await
        {
            field.anomaly(format!("a rival: {panic}"));
        }
        // A look at everything costs more than the case itself.
        if field.plan.is_thorough || settings.last() == Some(&setting) {
            field.audit(&engine, &format!("`{}`, {kind:?}, {setting:?}, after {polls} polls", call.name)).await;
        } else {
            field.look(&engine).await;
        }
    }
    has_ended
}

/// Somebody who has what others wait for, for a moment.
async fn rival(engine: &Engine, setting: Setting) -> Option<JoinHandle<()>> {
    let (taken, is_taken) = oneshot::channel::<()>();
    let engine = engine.clone();
    let rival = match setting {
        Setting::Cold | Setting::Warm => return None,
        Setting::Full => tokio::spawn(async move {
            let mut held = Vec::new();
            for _ in 0..SIZE {
                held.push(engine.connect().await.expect("a connection"));
            }
            hold(taken).await;
        }),
        Setting::Writing => tokio::spawn(async move {
            let transaction = engine.begin_immediate().await.expect("to begin");
            hold(taken).await;
            transaction.rollback().await.expect("to roll back");
        }),
    };
    // Its own end tells of its failure.
    drop(is_taken.await);
    Some(rival)
}

async fn hold(taken: oneshot::Sender<()>) {
    // Who waits may have gone.
    let _gone = taken.send(());
    // tidy: condition, how far others have come in waiting cannot be asked
    tokio::time::sleep(Duration::from_millis(1)).await;
}
