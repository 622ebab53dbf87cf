//! Where reading goes when a replica cannot be reached, or has no connection to lend.

use std::time::Duration;

use aludel_engine::{Begin, Engine, PoolOptions, Scope, scope};
use aludel_postgres::Postgres;
use aludel_sql::raw;

use crate::world::World;

/// No reading of these tests takes as long, and each place is waited for longer.
const HANG: Duration = Duration::from_secs(20);

async fn count(engine: &Engine) -> i64 {
    let reading = raw("SELECT count(*) FROM people").one(engine.read_only());
    tokio::time::timeout(HANG, reading).await.expect("it does not hang").expect("a count").get(0)
}

async fn write(engine: &Engine) {
    engine.execute(raw("INSERT INTO people (name) VALUES ('a')")).await.expect("a row");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_replica_is_reached() {
    let world = World::new().await;
    let primary = world.engine();
    primary.execute(raw("CREATE TABLE people (name TEXT)")).await.expect("a table");
    // Nobody listens where somebody did until now.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").port();
    let url = format!("postgres://postgres@127.0.0.1:{closed}/postgres");
    let replica = || Engine::on(Postgres::from_url(&url).expect("a URL"));
    let engine = primary.with_replicas([replica(), replica()]).expect("replicas");
    assert_eq!(count(&engine).await, 0, "who has not written reads");
    write(&engine).await;
    assert_eq!(count(&engine).await, 1, "who has written reads it");
    let mut reading = engine.begin_with(Begin::default().read_only()).await.expect("to begin");
    assert_eq!(raw("SELECT count(*) FROM people").one(&mut reading).await.expect("a count").get::<i64>(0), 1);
    reading.commit().await.expect("to commit");
}

/// One that takes connections and says nothing costs a reader a second, and not what its opening may take; then it is left alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_says_nothing() {
    let world = World::new().await;
    let primary = world.engine();
    primary.execute(raw("CREATE TABLE people (name TEXT)")).await.expect("a table");
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("its address").port();
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres?connect_timeout=600&sslmode=disable");
    let replica = Engine::on(Postgres::from_url(&url).expect("a URL"));
    let engine = primary.with_replicas([replica.clone()]).expect("replicas");
    for _ in 0..20 {
        assert_eq!(count(&engine).await, 0);
    }
    silent.set_nonblocking(true).expect("to be asked");
    let tried = std::iter::from_fn(|| silent.accept().ok()).count();
    assert_eq!((tried, replica.pool().free), (1, replica.pool().most), "it is tried once, and its place is free again");
}

/// Who finds all connections lent goes on at once, and the replica is there again with its connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_connections_are_lent() {
    let world = World::new().await;
    let primary = world.small_engine(2);
    primary.execute(raw("CREATE TABLE people (name TEXT)")).await.expect("a table");
    let options = PoolOptions::default().size(1).wait(HANG * 2);
    let replicas = [0, 1].map(|_| Engine::with_pool(world.driver(), options));
    let engine = primary.clone().with_replicas(replicas.clone()).expect("replicas");
    let opened = || replicas.each_ref().map(|replica| replica.pool().opened);
    // By another one, and by the one who reads.
    let quiet = Scope { describe: || None, stop: || None };
    let others = scope(quiet, replicas[0].connect()).await.expect("a connection");
    let mine = replicas[1].connect().await.expect("a connection");
    assert_eq!(count(&engine).await, 0);
    write(&engine).await;
    assert_eq!(count(&engine).await, 1);
    assert_eq!(opened(), [1, 1]);
    drop((others, mine));
    // The primary's are lent now: only a replica can answer, at once, since it does not rest.
    let (one, other) = (primary.connect().await, primary.connect().await);
    let _held = (one.expect("a connection"), other.expect("a connection"));
    let reading = scope(quiet, async { count(&engine).await });
    assert_eq!(reading.await, 1, "a replica has its connection again");
    assert_eq!(opened(), [1, 1]);
}
