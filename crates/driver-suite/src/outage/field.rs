//! `Field`: an engine under load on a server that ends and comes back.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use aludel_engine::{Engine, PoolOptions};
use aludel_sql::{Error, ErrorKind, Result, raw};

use super::ledger::{Entry, Ledger};
use super::load::{Load, SIZE, create};
use super::plan::Plan;
use crate::dice::Dice;
use crate::report::Report;
use crate::size::is_full;

/// How long a task may take to end, longer than any bound of ours.
const HANG: Duration = Duration::from_secs(15);
/// Within this all is as before, once the server is back.
const BACK: Duration = Duration::from_secs(1);
/// So much longer it may take where other tests run at the same time.
const AMONG_OTHERS: u32 = 4;
/// How soon a load has done its first writes.
const START: Duration = Duration::from_secs(20);

/// A campaign that runs.
pub(super) struct Field {
    pub(super) plan: Plan,
    pub(super) engine: Engine,
    pub(super) outside: Engine,
    pub(super) dice: Dice,
    pub(super) ledger: Ledger,
    pub(super) tells: bool,
    /// How long the pool has taken to be whole, at most.
    slowest: Duration,
    next: Arc<AtomicI64>,
    started: Instant,
}

/// A bound that a campaign holds by itself, at full size.
pub(super) fn patience(bound: Duration) -> Duration {
    if is_full() { bound } else { bound * AMONG_OTHERS }
}

/// The options of the pool under load.
pub(super) fn options(plan: Plan) -> PoolOptions {
    let options = PoolOptions::default().size(SIZE);
    // What is lost on purpose need not be waited for long.
    if plan.is_planted() { options.wait(Duration::from_secs(1)) } else { options }
}

/// Those of the pool of who looks from outside, and wants to see no broken connection.
pub(super) fn outside() -> PoolOptions {
    PoolOptions::default().size(2).ping_after(Duration::ZERO)
}

impl Field {
    /// Makes the table.
    pub(super) async fn new(plan: Plan, engine: Engine, outside: Engine, tells: bool) -> Result<Self> {
        create(&outside).await?;
        if let Some(fault) = plan.fault {
            engine.plant(fault);
        }
        let (ledger, dice) = (Ledger::default(), Dice::new(plan.seed));
        Ok(Self {
            plan,
            engine,
            outside,
            dice,
            ledger,
            tells,
            slowest: Duration::ZERO,
            next: Arc::new(AtomicI64::new(1)),
            started: Instant::now(),
        })
    }

    /// Starts the tasks, and waits until they have done some work.
    pub(super) async fn load(&mut self) -> Load {
        let load = Load::start(&self.engine, &self.next, self.plan.seed);
        let count = 20 + self.dice.below(200) as u64;
        if load.until_done(count, START).await.is_none() {
            self.anomaly(format!("{count} writes are not done within {START:?}"));
        }
        load
    }

    pub(super) fn anomaly(&mut self, told: String) {
        self.ledger.anomalies.push(told);
    }

    /// Waits until writes go on, which they do within `limit`.
    pub(super) async fn goes_on(&mut self, load: &Load, limit: Duration) -> Option<Duration> {
        let took = load.until_done(load.done() + 1, limit).await;
        if took.is_none() {
            self.anomaly(format!("no write goes on within {limit:?}"));
        }
        took
    }

    /// Stops the tasks and compares what they were told.
    pub(super) async fn settle(&mut self, mut load: Load) {
        if let Some(entries) = self.stop(&mut load).await {
            self.compare(entries).await;
        }
    }

    /// Stops the tasks, and returns what they were told.
    pub(super) async fn stop(&mut self, load: &mut Load) -> Option<Vec<Entry>> {
        match load.stop(HANG).await {
            Ok(entries) => Some(entries),
            Err(told) => {
                self.anomaly(told);
                None
            }
        }
    }

    /// Compares what tasks were told with what is there.
    pub(super) async fn compare(&mut self, entries: Vec<Entry>) {
        let result = self.ledger.take(entries, (&self.engine, &self.outside), self.tells).await;
        self.must("comparing", result);
    }

    /// Waits until each connection of the pool can be lent, and works: soon after `returned`, since when the server answers. Returns how many
    /// statements have met a broken one until then.
    pub(super) async fn is_whole(&mut self, returned: Instant) -> u64 {
        let mut broken = 0;
        loop {
            let uses = (0..2 * SIZE).map(|_| raw("SELECT 1").one(&self.engine));
            let Ok(used) = tokio::time::timeout(HANG, futures_util::future::join_all(uses)).await else {
                self.anomaly("a connection of the pool hangs".to_owned());
                return broken;
            };
            let failed: Vec<_> = used.into_iter().filter_map(Result::err).collect();
            broken += failed.iter().filter(|error| *error.kind() == ErrorKind::Disconnected).count() as u64;
            let (took, is_whole) = (returned.elapsed(), failed.is_empty() && self.all_are_back());
            if took > self.back() {
                let pool = self.engine.pool();
                self.anomaly(format!("the pool is not whole {took:?} after the server's return: {pool:?}, {:?}", failed.first()));
                return broken;
            }
            if is_whole {
                self.slowest = self.slowest.max(took);
                return broken;
            }
            // tidy: condition, the pause between two looks at it
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn all_are_back(&self) -> bool {
        let pool = self.engine.pool();
        pool.free == pool.most && pool.waiting == 0 && pool.holders.is_empty()
    }

    pub(super) fn must(&mut self, what: &str, result: Result<(), Error>) {
        if let Err(error) = result {
            self.anomaly(format!("{what}: {error:?}"));
        }
    }

    /// Whether to go on: with a fault that was planted, the first anomaly is enough.
    pub(super) fn has_enough(&self) -> bool {
        self.plan.is_planted() && !self.ledger.anomalies.is_empty()
    }

    /// Compares everything once more.
    pub(super) async fn close(mut self, (campaign, database): (&'static str, &'static str), cases: usize) -> Report {
        let outside = self.outside.clone();
        let result = self.ledger.compare(&outside, 0).await;
        self.must("comparing", result);
        let mut told = self.ledger.told();
        if !self.slowest.is_zero() {
            told += &format!(", the pool whole within {} ms", self.slowest.as_millis());
        }
        let Self { ledger, plan, started, .. } = self;
        Report { campaign, part: database.to_owned(), cases, took: started.elapsed(), seed: plan.seed, told, anomalies: ledger.anomalies }
    }

    /// Within this all is as before.
    pub(super) fn back(&self) -> Duration {
        patience(BACK)
    }
}
