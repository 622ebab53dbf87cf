//! A server of the tests' own that is killed and restarted under load, and a standby that takes the place of its primary.

use aludel_driver_suite::outage::{Followed, Pair, Plan, Server, failover, failovers_find};
use aludel_driver_suite::servers::{self, Kill, Stop};
use aludel_driver_suite::tokens;
use aludel_engine::{Begin, CommitOutcome, Engine, PoolOptions};
use aludel_postgres::Postgres;
use aludel_sql::{ErrorKind, raw};

use crate::world::World;

struct Alone(servers::Postgres);

impl Server for Alone {
    const NAME: &'static str = "PostgreSQL";
    const KILLS: &'static [Kill] = &[Kill::All, Kill::First, Kill::Worker];
    const STOPS: &'static [Stop] = &[Stop::Fast, Stop::Immediate];
    const TELLS_SINGLE: bool = false;

    fn start() -> Self {
        Self(servers::Postgres::start(&[]))
    }

    fn port(&self) -> u16 {
        self.0.port()
    }

    fn engine(&self, port: u16, options: PoolOptions) -> Engine {
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres?connect_timeout=2");
        Engine::with_pool(Postgres::from_url(&url).expect("a URL"), options)
    }

    fn kill(&mut self, kill: Kill) {
        self.0.kill(kill);
    }

    fn stop(&mut self, stop: Stop) {
        self.0.stop(stop);
    }

    fn serve(&mut self) {
        self.0.serve();
    }
}

aludel_driver_suite::outage_campaigns!(Alone);

/// A primary whose commits wait for the standby.
pub(crate) struct Two {
    pub(crate) primary: servers::Postgres,
    pub(crate) standby: servers::Postgres,
}

impl Two {
    fn url(&self, target: &str) -> String {
        let (one, other) = (self.primary.port(), self.standby.port());
        format!("postgres://postgres@127.0.0.1:{one},127.0.0.1:{other}/postgres?connect_timeout=2&target_session_attrs={target}")
    }
}

impl Pair for Two {
    const NAME: &'static str = "PostgreSQL";

    fn start() -> Self {
        let primary = servers::Postgres::start(&[]);
        let standby = primary.standby("second");
        primary.tell("ALTER SYSTEM SET synchronous_standby_names = 'second'");
        primary.tell("SELECT pg_reload_conf()");
        primary.until("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", "1");
        Self { primary, standby }
    }

    fn engine(&self, options: PoolOptions, asks: bool) -> Engine {
        let url = self.url(if asks { "read-write" } else { "any" });
        Engine::with_pool(Postgres::from_url(&url).expect("a URL"), options)
    }

    fn next(&self) -> Engine {
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", self.standby.port());
        Engine::on(Postgres::from_url(&url).expect("a URL"))
    }

    fn kill(&mut self) {
        self.primary.kill(Kill::All);
    }

    fn promote(&mut self) {
        self.standby.promote();
        self.standby.until("SELECT pg_is_in_recovery()", "f");
    }
}

mod failover_campaign {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn failovers() {
        failover::<Two>(Plan::of_environment(10, 1)).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn planted() {
        failovers_find::<Two>().await;
    }
}

/// A primary and two standbys, for which no commit waits.
struct Three {
    primary: servers::Postgres,
    standbys: [servers::Postgres; 2],
}

fn engine_at(port: u16, options: PoolOptions) -> Engine {
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres?connect_timeout=2");
    Engine::with_pool(Postgres::from_url(&url).expect("a URL"), options)
}

impl Followed for Three {
    const NAME: &'static str = "PostgreSQL";

    fn start() -> Self {
        let primary = servers::Postgres::start(&[]);
        let standbys = [primary.standby("second"), primary.standby("third")];
        Self { primary, standbys }
    }

    fn primary(&self, options: PoolOptions) -> Engine {
        engine_at(self.primary.port(), options)
    }

    fn follower(&self, nth: usize, options: PoolOptions) -> Engine {
        engine_at(self.standbys[nth].port(), options)
    }

    fn hold(&self, nth: usize, holds: bool) {
        self.standbys[nth].tell(if holds { "SELECT pg_wal_replay_pause()" } else { "SELECT pg_wal_replay_resume()" });
    }
}

aludel_driver_suite::replica_campaign!(Three);

/// Which of two servers each word means, while both are there, and when one is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_are_meant() {
    let mut pair = Two::start();
    let port = async |target: &str| {
        let engine = Engine::on(Postgres::from_url(&pair_url(&pair, target)).expect("a URL"));
        raw("SELECT inet_server_port()").one(&engine).await.map(|row| u16::try_from(row.get::<i32>(0)).expect("a port"))
    };
    let (one, other) = (pair.primary.port(), pair.standby.port());
    for (target, expected) in
        [("any", one), ("read-write", one), ("primary", one), ("read-only", other), ("standby", other), ("prefer-standby", other)]
    {
        assert_eq!(port(target).await.expect(target), expected, "{target}");
    }
    pair.standby.stop(Stop::Fast);
    let port = async |target: &str| {
        let engine = Engine::on(Postgres::from_url(&pair_url(&pair, target)).expect("a URL"));
        raw("SELECT inet_server_port()").one(&engine).await.map(|row| u16::try_from(row.get::<i32>(0)).expect("a port"))
    };
    for target in ["any", "read-write", "primary", "prefer-standby"] {
        assert_eq!(port(target).await.expect(target), one, "{target}");
    }
    for target in ["read-only", "standby"] {
        let error = port(target).await.expect_err(target);
        assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
    }
}

fn pair_url(pair: &Two, target: &str) -> String {
    pair.url(target)
}

/// A connection to a server that takes no writes any more is closed: the next one goes to a server that does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_no_writes_any_more() {
    let (one, other) = (servers::Postgres::start(&[]), servers::Postgres::start(&[]));
    let url = format!(
        "postgres://postgres@127.0.0.1:{},127.0.0.1:{}/postgres?target_session_attrs=read-write&pool_size=1",
        one.port(),
        other.port()
    );
    let engine = Engine::on(Postgres::from_url(&url).expect("a URL"));
    let port = async || raw("SELECT inet_server_port()").one(&engine).await.map(|row| row.get::<i32>(0));
    assert_eq!(port().await.expect("a port"), i32::from(one.port()));
    // What was begun to read only says nothing of the server.
    let mut reading = engine.begin_with(Begin::default().read_only()).await.expect("to begin");
    let error = reading.execute(raw("CREATE TABLE a ()")).await.expect_err("it only reads");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
    reading.rollback().await.expect("to roll back");
    assert_eq!(engine.pool().opened, 1);
    one.tell("ALTER SYSTEM SET default_transaction_read_only = on");
    one.tell("SELECT pg_reload_conf()");
    one.until("SHOW default_transaction_read_only", "on");
    let started = std::time::Instant::now();
    // A session hears of it between two statements.
    while engine.execute(raw("CREATE TABLE IF NOT EXISTS b ()")).await.is_ok()
        && port().await.is_ok_and(|port| port == i32::from(one.port()))
    {
        assert!(started.elapsed().as_secs() < 10, "it takes writes still");
    }
    assert_eq!(port().await.expect("a port"), i32::from(other.port()));
    engine.execute(raw("CREATE TABLE IF NOT EXISTS b ()")).await.expect("to write");
}

/// Servers in random order: connections are spread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_spread() {
    let pair = Two::start();
    let url = pair.url("any") + "&load_balance_hosts=random";
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..40 {
        let engine = Engine::on(Postgres::from_url(&url).expect("a URL"));
        seen.insert(raw("SELECT inet_server_port()").one(&engine).await.expect("a port").get::<i32>(0));
    }
    assert_eq!(seen.len(), 2, "{seen:?}");
}

/// Rows tell on PostgreSQL too, whatever becomes of numbers: also of a write by itself, and of a transaction that has not ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_tell() {
    let world = World::new().await;
    let engine = Engine::with_pool(world.driver(), PoolOptions::default().commit_tokens());
    engine.execute(raw("CREATE TABLE a (b BIGINT)")).await.expect("a table");
    assert_eq!(engine.execute(raw("INSERT INTO a (b) VALUES (1)")).await.expect("a row"), 1);
    let mut reading = engine.begin().await.expect("to begin");
    raw("SELECT 1").one(&mut reading).await.expect("a row");
    reading.commit().await.expect("to commit");
    assert_eq!(world.number("SELECT count(*) FROM aludel_commits").await, 1, "who only reads leaves no row");
    let ask = async |token: &str| tokens::ask(&engine, token).await.expect("an answer");
    let token = world.text("SELECT token FROM aludel_commits").await;
    assert_eq!(ask(&token).await, CommitOutcome::Committed);
    let other = "f".repeat(36);
    assert_eq!(ask(&other).await, CommitOutcome::RolledBack);
    // Twice: asking leaves nothing.
    assert_eq!(ask(&other).await, CommitOutcome::RolledBack);
    let mut open = engine.begin().await.expect("to begin");
    open.execute(tokens::row(&other)).await.expect("a row");
    assert_eq!(ask(&other).await, CommitOutcome::InProgress);
    open.commit().await.expect("to commit");
    assert_eq!(ask(&other).await, CommitOutcome::Committed);
}

/// And a database that does not answer is no commit on its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_old() {
    let world = World::new().await;
    let engine = Engine::with_pool(world.driver(), PoolOptions::default().commit_tokens());
    engine.execute(raw("CREATE TABLE written (b BIGINT)")).await.expect("a table");
    let kept = tokens::rows_that_are_old(&engine, &world.engine()).await;
    let mut locked = engine.begin().await.expect("to begin");
    locked.execute(raw("LOCK TABLE aludel_commits")).await.expect("a lock");
    let error = tokens::ask(&engine, &kept).await.expect_err("no answer");
    assert_eq!(*error.kind(), ErrorKind::Timeout, "{error:?}");
}
