//! `Field`: a database on which units of work run, what they told, and what must hold once all of them have ended.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aludel_engine::{Begin, Connection, Engine, PoolOptions};
use aludel_sql::{Discard, Result};

use super::cut::Cut;
use super::deeds::{ask, both, create, deed};
use super::ground::{Ground, Kind};
use super::ledger::{Entry, Ledger};
use super::plan::Plan;
use super::works::Work;
use crate::report::Report;

/// How many connections the pool has.
pub(super) const SIZE: usize = 3;
/// How long a connection is waited for.
const WAIT: Duration = Duration::from_secs(3);
/// The same, and how long a connection may be on its way back, where a fault is to be found.
const SHORT_WAIT: Duration = Duration::from_secs(1);
/// How long a unit of work or a look at everything may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a transaction may stay open after the last future has ended.
const IDLE_IN_TRANSACTION: Duration = Duration::from_millis(100);
/// So many looks are taken at least, so that a machine that does something else is not blamed.
const LOOKS: u32 = 100;
/// How long a connection may be on its way back.
const BACK: Duration = Duration::from_secs(5);

/// Who does not see an open transaction finds nothing.
async fn sees_what_is_open<G: Ground>(ground: &G, engine: &Engine) -> Result {
    let mut connection = engine.connect().await?;
    assert_eq!(ground.open_transactions().await, 0, "nothing is open in a new database");
    assert!(!G::is_in_transaction(&mut connection).await?, "a new connection is in no transaction");
    connection.start(Begin::IMMEDIATE).await?;
    connection.execute(deed(0, 0)).await?;
    assert_eq!(ground.open_transactions().await, 1, "it is seen from outside");
    assert!(G::is_in_transaction(&mut connection).await?, "it is seen on the connection");
    drop(connection);
    Ok(())
}

/// A database with its campaign.
pub(super) struct Field<G> {
    ground: G,
    /// The replica of the engine that was made last.
    follower: Mutex<Option<Engine>>,
    pub(super) plan: Plan,
    ledger: Mutex<Ledger>,
    anomalies: Mutex<Vec<String>>,
    next: AtomicI64,
    cases: AtomicU64,
    cut: AtomicU64,
    started: Instant,
}

impl<G: Ground> Field<G> {
    pub(super) async fn new(plan: Plan) -> Self {
        let ground = G::prepare().await;
        let engine = ground.engine(PoolOptions::default());
        create(&engine).await.expect("the tables");
        sees_what_is_open(&ground, &engine).await.expect("a transaction");
        Self {
            ground,
            follower: Mutex::default(),
            plan,
            ledger: Mutex::default(),
            anomalies: Mutex::default(),
            next: AtomicI64::new(1_000),
            cases: AtomicU64::new(0),
            cut: AtomicU64::new(0),
            started: Instant::now(),
        }
    }

    /// An engine that has opened nothing.
    pub(super) fn engine(&self, kind: Kind) -> Engine {
        let wait = if self.plan.fault.is_some() { SHORT_WAIT } else { WAIT };
        let options = PoolOptions::default().size(SIZE).wait(wait);
        let options = if kind == Kind::Tokens { options.commit_tokens() } else { options };
        let engine = self.ground.engine(options);
        let follower = (kind == Kind::Followed).then(|| self.ground.engine(options));
        self.follower.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&follower);
        let engine = match follower {
            Some(follower) => engine.with_replicas([follower]).expect("a database that can follow another one"),
            None => engine,
        };
        if let Some(fault) = self.plan.fault {
            engine.plant(fault);
        }
        engine
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what must not be.
    pub(super) fn anomaly(&self, told: String) {
        self.anomalies.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    /// Whether to go on: with a fault that was planted, the first anomaly is enough.
    pub(super) fn goes_on(&self) -> bool {
        self.plan.fault.is_none() || self.anomalies.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether enough futures were dropped.
    pub(super) fn has_enough(&self) -> bool {
        self.cut.load(Ordering::Relaxed) >= u64::from(self.plan.futures)
    }

    /// Runs a unit of work and notes what it told; `true` if it came to its end.
    pub(super) async fn run(&self, work: &Work, engine: &Engine, cut: Cut) -> bool {
        let unit = self.next.fetch_add(1, Ordering::Relaxed);
        self.cases.fetch_add(1, Ordering::Relaxed);
        // As a task, so that a panic is one of its own; and an owner, as a request is.
        let task = tokio::spawn((work.run)(engine.clone(), unit, cut));
        let stopper = task.abort_handle();
        let end = match tokio::time::timeout(PATIENCE, task).await {
            Ok(Ok(Ok(end))) => Some(end.is_some()),
            Ok(Ok(Err(error))) => self.failed(work, cut, &format!("{error:?}")),
            Ok(Err(panic)) => self.failed(work, cut, &panic.to_string()),
            Err(_elapsed) => {
                stopper.abort();
                self.failed(work, cut, "hangs")
            }
        };
        let is_acknowledged = end == Some(true);
        self.cut.fetch_add(u64::from(end == Some(false)), Ordering::Relaxed);
        self.ledger().note(Entry { unit, name: work.name, rows: work.rows, is_acknowledged });
        end != Some(false)
    }

    fn failed(&self, work: &Work, cut: Cut, why: &str) -> Option<bool> {
        self.anomaly(format!("`{}`, {cut:?}: {why}", work.name));
        None
    }

    /// Looks at a connection as it is lent: it is in no transaction, and answers who asks.
    pub(super) async fn look(&self, engine: &Engine) {
        let unit = self.next.fetch_add(1, Ordering::Relaxed);
        let look = async {
            let mut connection = engine.connect().await?;
            if G::is_in_transaction(&mut connection).await? {
                self.anomaly("a connection is handed out in a transaction".to_owned());
            }
            self.answers(&mut connection, unit).await
        };
        self.told("a look", tokio::time::timeout(PATIENCE, look).await);
    }

    /// A connection gives the answer to what it is asked.
    async fn answers(&self, connection: &mut Connection, unit: i64) -> Result {
        if ask(connection, unit).await? != unit {
            self.anomaly("a foreign row".to_owned());
        }
        Ok(())
    }

    fn told(&self, what: &str, end: std::result::Result<Result, tokio::time::error::Elapsed>) {
        match end {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.anomaly(format!("{what}: {error:?}")),
            Err(_elapsed) => self.anomaly(format!("{what} hangs")),
        }
    }

    /// Holds everything against everything, once all units of work have ended.
    pub(super) async fn audit(&self, engine: &Engine, what: &str) {
        let audit = async {
            self.nothing_is_open(what).await;
            self.all_are_back(engine, what).await;
            let follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(follower) = follower {
                self.all_are_back(&follower, what).await;
            }
            self.connections_are_clean(engine, what).await
        };
        self.told(what, tokio::time::timeout(PATIENCE, audit).await);
        self.compare(what).await;
        self.ledger().settle(self.next.load(Ordering::Relaxed));
    }

    /// Compares all that was ever told with what is there at the end.
    pub(super) async fn close(&self) {
        self.ledger().reopen();
        self.compare("the end").await;
    }

    /// No transaction is open in the database.
    async fn nothing_is_open(&self, what: &str) {
        let started = Instant::now();
        for looks in 1.. {
            let open = self.ground.open_transactions().await;
            if open == 0 {
                return;
            }
            if started.elapsed() > IDLE_IN_TRANSACTION && looks > LOOKS {
                return self.anomaly(format!("{what}: {open} transactions are open after {} ms", started.elapsed().as_millis()));
            }
            // tidy: condition, the pause between two looks at it
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// None is lost from the pool.
    async fn all_are_back(&self, engine: &Engine, what: &str) {
        let started = Instant::now();
        loop {
            let pool = engine.pool();
            if pool.free == pool.most && pool.waiting == 0 && pool.holders.is_empty() {
                return;
            }
            if started.elapsed() > if self.plan.fault.is_some() { SHORT_WAIT } else { BACK } {
                return self.anomaly(format!("{what}: the pool is not whole: {pool:?}"));
            }
            // tidy: condition, the pause between two looks at it
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// All that were acknowledged are there, and the others whole or not at all.
    async fn compare(&self, what: &str) {
        let from = self.ledger().from();
        let found = self.ground.pairs(&format!("SELECT unit, COUNT(*) FROM deeds WHERE unit >= {from} GROUP BY unit")).await;
        let wrong = self.ledger().compare(&found.into_iter().collect());
        wrong.into_iter().for_each(|told| self.anomaly(format!("{what}: {told}")));
    }

    /// Each connection is in no transaction and answers who asks; one of them writes what others see.
    async fn connections_are_clean(&self, engine: &Engine, what: &str) -> Result {
        let mut connections = Vec::new();
        for _ in 0..SIZE {
            connections.push(engine.connect().await?);
        }
        let first = self.next.fetch_add(SIZE as i64, Ordering::Relaxed);
        for (unit, connection) in (first..).zip(&mut connections) {
            if G::is_in_transaction(connection).await? {
                self.anomaly(format!("{what}: a connection is handed out in a transaction"));
            }
            self.answers(connection, unit).await?;
            // Of as many numbers in a row as there are connections one is a multiple: now of the one, now of the other.
            if unit % SIZE as i64 == 0 {
                connection.run_with(&both(unit), &mut Discard, &mut ()).await?;
                self.ledger().note(Entry { unit, name: "a later write", rows: 2, is_acknowledged: true });
            }
        }
        Ok(())
    }

    /// What came of it.
    pub(super) fn report(&self, part: &str) -> Report {
        Report {
            campaign: "cancel",
            part: format!("{} {part}", G::NAME),
            cases: self.cases.load(Ordering::Relaxed) as usize,
            took: self.started.elapsed(),
            seed: self.plan.seed,
            told: format!("{} dropped", self.cut.load(Ordering::Relaxed)),
            anomalies: self.anomalies.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}
