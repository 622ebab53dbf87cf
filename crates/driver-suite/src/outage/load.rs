//! `Load`: many tasks that write, by transactions and by single statements, and note what they were told.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aludel_engine::Engine;
use aludel_sql::{Error, ErrorKind, Raw, Result, raw};
use tokio::task::JoinHandle;

use super::ledger::{Entry, Told};
use crate::dice::Dice;

/// So many tasks work at once.
const TASKS: u64 = 16;
/// How many connections they share.
pub(super) const SIZE: usize = 8;
/// How long a task waits after a failure.
const PAUSE: Duration = Duration::from_millis(5);

/// Tasks that write until they are told to stop.
pub(super) struct Load {
    state: Arc<State>,
    tasks: Vec<JoinHandle<()>>,
}

struct State {
    engine: Engine,
    entries: Mutex<Vec<Entry>>,
    next: Arc<AtomicI64>,
    stops: AtomicBool,
    done: AtomicU64,
    /// How many statements have met a connection that broke.
    broken: AtomicU64,
}

impl Load {
    /// Starts the tasks.
    pub(super) fn start(engine: &Engine, next: &Arc<AtomicI64>, seed: u64) -> Self {
        let state = Arc::new(State {
            engine: engine.clone(),
            entries: Mutex::default(),
            next: Arc::clone(next),
            stops: AtomicBool::new(false),
            done: AtomicU64::new(0),
            broken: AtomicU64::new(0),
        });
        let tasks = (0..TASKS).map(|nth| tokio::spawn(work(Arc::clone(&state), Dice::of(seed, nth + 1)))).collect();
        Self { state, tasks }
    }

    /// How many writes have succeeded.
    pub(super) fn done(&self) -> u64 {
        self.state.done.load(Ordering::Acquire)
    }

    /// How many statements have met a connection that broke.
    pub(super) fn broken(&self) -> u64 {
        self.state.broken.load(Ordering::Acquire)
    }

    /// Waits until so many writes have succeeded in all; how long that took, or `None` if it takes too long.
    pub(super) async fn until_done(&self, count: u64, limit: Duration) -> Option<Duration> {
        let started = Instant::now();
        while self.done() < count {
            if started.elapsed() > limit {
                return None;
            }
            // tidy: condition, the pause between two looks at it
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Some(started.elapsed())
    }

    /// Stops the tasks, each after what it is at; a task that hangs is told instead of its entries.
    pub(super) async fn stop(&mut self, limit: Duration) -> Result<Vec<Entry>, String> {
        self.state.stops.store(true, Ordering::Release);
        for task in &mut self.tasks {
            match tokio::time::timeout(limit, task).await {
                Ok(Ok(())) => {}
                Ok(Err(panic)) => return Err(format!("a task has ended: {panic}")),
                Err(_elapsed) => return Err("a task hangs".to_owned()),
            }
        }
        Ok(std::mem::take(&mut *self.state.entries.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn work(state: Arc<State>, mut dice: Dice) {
    while !state.stops.load(Ordering::Acquire) {
        let result = match dice.below(8) {
            0 => raw("SELECT 1").one(&state.engine).await.map(drop).map_err(Arc::new),
            kind => write(&state, kind < 4).await,
        };
        let Err(error) = result else { continue };
        if matches!(error.kind(), ErrorKind::Disconnected | ErrorKind::CommitUnknown) {
            state.broken.fetch_add(1, Ordering::AcqRel);
        }
        // tidy: condition, the pause between two attempts to write
        tokio::time::sleep(PAUSE).await;
    }
}

async fn write(state: &State, single: bool) -> Result<(), Arc<Error>> {
    let unit = state.next.fetch_add(1, Ordering::AcqRel);
    let result = if single { by_itself(&state.engine, unit).await } else { in_transaction(&state.engine, unit).await };
    let (told, result) = match result {
        Ok(()) => {
            state.done.fetch_add(1, Ordering::AcqRel);
            (Told::Done, Ok(()))
        }
        Err(error) => {
            let error = Arc::new(error);
            (Told::Failed(Arc::clone(&error)), Err(error))
        }
    };
    let entry = Entry { unit, steps: if single { &[0] } else { &[1, 2] }, single, told };
    state.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    result
}

async fn by_itself(engine: &Engine, unit: i64) -> Result {
    engine.execute(insert(unit, 0)).await.map(drop)
}

async fn in_transaction(engine: &Engine, unit: i64) -> Result {
    let mut transaction = engine.begin().await?;
    transaction.execute(insert(unit, 1)).await?;
    transaction.execute(insert(unit, 2)).await?;
    transaction.commit().await
}

fn insert(unit: i64, step: i64) -> Raw {
    raw("INSERT INTO units (unit, step) VALUES (:unit, :step)").bind("unit", unit).bind("step", step)
}

/// The table that is written into: without a key, so that what is done twice is seen.
pub(super) async fn create(engine: &Engine) -> Result {
    raw("CREATE TABLE units (unit BIGINT NOT NULL, step BIGINT NOT NULL)").execute(engine).await?;
    raw("CREATE INDEX ix_units ON units (unit)").execute(engine).await?;
    Ok(())
}
