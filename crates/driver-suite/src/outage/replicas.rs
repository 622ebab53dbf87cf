//! A primary and two replicas that fall behind and catch up: what only reads goes to them, and who has written sees it all the same.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aludel_engine::{Begin, Engine, Event, PoolOptions, Scope, scope};
use aludel_sql::{ErrorKind, Executor, Result, raw};

use super::load::create;
use super::plan::Plan;
use super::server::Followed;
use crate::dice::Dice;
use crate::report::Report;

/// So many requests run at once.
const TASKS: u64 = 8;
/// How many requests there are between two changes of the replicas.
const REQUESTS: usize = 6;
/// How often the replicas change while these run.
const CHANGES: usize = 4;
/// How long a request may take: each of its readings waits a while for the replicas, and not longer.
const HANG: Duration = Duration::from_secs(20);
/// How long a replica may take to catch up.
const CAUGHT_UP: Duration = Duration::from_secs(20);

struct Field {
    engine: Engine,
    next: AtomicI64,
    cases: AtomicU64,
    anomalies: Mutex<Vec<String>>,
}

/// Writes and reads while replicas fall behind and catch up.
///
/// # Panics
/// If anything came of it that should not.
pub async fn replicas<F: Followed>(plan: Plan) {
    run::<F>(plan).await.check();
}

pub(super) async fn run<F: Followed>(plan: Plan) -> Report {
    let (started, servers, mut dice) = (Instant::now(), F::start(), Dice::new(plan.seed));
    let reads = Arc::new(AtomicU64::new(0));
    let followers = [0, 1].map(|nth| servers.follower(nth, PoolOptions::default().size(TASKS as usize)));
    for follower in &followers {
        let reads = Arc::clone(&reads);
        follower.listen(move |event| {
            if let Event::CheckOut { .. } = event {
                reads.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let primary = servers.primary(PoolOptions::default().size(TASKS as usize));
    create(&primary).await.expect("a table");
    caught_up(&primary, &followers).await;
    let engine = primary.with_replicas(followers.iter().cloned()).expect("replicas that tell");
    if let Some(fault) = plan.fault {
        engine.plant(fault);
    }
    let field = Arc::new(Field { engine, next: AtomicI64::new(1), cases: AtomicU64::new(0), anomalies: Mutex::default() });
    for _ in 0..plan.times {
        // None, the one, the other or both are behind.
        let behind = dice.below(4);
        for nth in [0, 1] {
            servers.hold(nth, behind & (1 << nth) != 0);
        }
        let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(requests(Arc::clone(&field), dice.below(1 << 30) as u64))).collect();
        // And in the middle of requests, that have found them caught up before.
        for _ in 0..CHANGES {
            let behind = dice.below(4);
            [0, 1].into_iter().for_each(|nth| servers.hold(nth, behind & (1 << nth) != 0));
        }
        for task in tasks {
            match tokio::time::timeout(HANG, task).await {
                Ok(Ok(())) => {}
                Ok(Err(panic)) => field.anomaly(format!("a request has ended: {panic}")),
                Err(_elapsed) => field.anomaly("a request hangs".to_owned()),
            }
        }
        if plan.is_planted() && !field.anomalies().is_empty() {
            break;
        }
    }
    [0, 1].into_iter().for_each(|nth| servers.hold(nth, false));
    refused(&field).await;
    let (reads, cases) = (reads.load(Ordering::Relaxed), field.cases.load(Ordering::Relaxed) as usize);
    // What nobody has to wait for goes to them.
    if reads < cases as u64 / 4 {
        field.anomaly(format!("of {cases} requests the replicas were lent {reads} times"));
    }
    let told = format!("the replicas were lent {reads} times");
    let anomalies = field.anomalies();
    Report { campaign: "replicas", part: F::NAME.to_owned(), cases, took: started.elapsed(), seed: plan.seed, told, anomalies }
}

impl Field {
    fn anomaly(&self, told: String) {
        self.anomalies.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    fn anomalies(&self) -> Vec<String> {
        self.anomalies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Requests one after the other, each an owner of its own.
async fn requests(field: Arc<Field>, seed: u64) {
    let mut dice = Dice::new(seed);
    for _ in 0..REQUESTS {
        field.cases.fetch_add(1, Ordering::Relaxed);
        let request = scope(Scope { describe: || None, stop: || None }, one(&field, &mut dice));
        match request.await {
            Ok(()) => {}
            Err(error) => field.anomaly(format!("{error:?}")),
        }
    }
}

/// Reads, then writes and reads what it has written, twice.
async fn one(field: &Field, dice: &mut Dice) -> Result {
    let engine = &field.engine;
    count(engine.read_only(), -1).await?;
    for _ in 0..2 {
        let unit = field.next.fetch_add(1, Ordering::Relaxed);
        let insert = raw("INSERT INTO units (unit, step) VALUES (:unit, 0)").bind("unit", unit);
        match dice.below(2) {
            0 => drop(engine.execute(insert).await?),
            _ => {
                let mut transaction = engine.begin().await?;
                transaction.execute(insert).await?;
                transaction.commit().await?;
            }
        }
        for _ in 0..3 {
            let found = match dice.below(2) {
                0 => count(engine.read_only(), unit).await?,
                _ => count(&mut engine.begin_with(Begin::default().read_only()).await?, unit).await?,
            };
            if found != 1 {
                field.anomaly(format!("unit {unit} was written, and who has written it finds it {found} times"));
            }
        }
    }
    Ok(())
}

async fn count(on: impl Executor, unit: i64) -> Result<i64> {
    raw("SELECT COUNT(*) FROM units WHERE unit = :unit").bind("unit", unit).one(on).await?.try_get(0)
}

/// What writes is refused, wherever it would run.
async fn refused(field: &Field) {
    let unit = field.next.fetch_add(1, Ordering::Relaxed);
    let insert = raw("INSERT INTO units (unit, step) VALUES (:unit, 0)").bind("unit", unit);
    match insert.execute(field.engine.read_only()).await {
        Err(error) if *error.kind() == ErrorKind::ReadOnly => {}
        other => field.anomaly(format!("a write was not refused where one only reads: {other:?}")),
    }
    if !matches!(count(&field.engine, unit).await, Ok(0)) {
        field.anomaly("a write was done where one only reads".to_owned());
    }
}

/// Waits until the replicas have the table.
async fn caught_up(primary: &Engine, followers: &[Engine]) {
    raw("INSERT INTO units (unit, step) VALUES (0, 0)").execute(primary).await.expect("a row");
    let started = Instant::now();
    for follower in followers {
        while !matches!(count(follower, 0).await, Ok(1)) {
            assert!(started.elapsed() < CAUGHT_UP, "a replica does not follow");
            // tidy: condition, the pause between two looks at it
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
