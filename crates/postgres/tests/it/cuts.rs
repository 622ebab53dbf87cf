//! Connections that break while a write or a COMMIT is on its way: what is known of it then.

use std::time::Duration;

use aludel_driver_suite::campaign::cancel_at;
use aludel_driver_suite::proxy::{Fault, Proxy};
use aludel_driver_suite::resolved;
use aludel_engine::{CommitOutcome, Engine, PoolOptions};
use aludel_postgres::{CopyIn, CopyOut, Postgres};
use aludel_sql::{CommitToken, Error, ErrorKind, RawSql, raw};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::people::insert;
use crate::world::{World, server};

/// Where the real server is.
fn place() -> String {
    server().rsplit_once('@').and_then(|(_, rest)| rest.split_once('/')).expect("a host").0.to_owned()
}

/// An engine that reaches the real server by this port.
fn engine_at(world: &World, port: u16) -> Engine {
    engine_with(world, port, PoolOptions::default())
}

fn engine_with(world: &World, port: u16, options: PoolOptions) -> Engine {
    let url = world.url().replacen(&place(), &format!("127.0.0.1:{port}"), 1) + "&sslmode=disable";
    Engine::with_pool(Postgres::from_url(&url).expect("a URL"), options)
}

/// Stands between us and the real server, and cuts the connection as soon as we send this word: before it is passed on, or after.
async fn cutting(word: &'static str, passes_on: bool) -> u16 {
    cutting_behind(word, 0, passes_on).await
}

/// As [`cutting`], so many pieces later: what is prepared by its text is run by its name in the next one.
async fn cutting_behind(word: &'static str, pieces: usize, passes_on: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let place = place();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let server = TcpStream::connect(&place).await.expect("the server");
            let ((mut from_client, mut to_client), (mut from_server, mut to_server)) = (stream.into_split(), server.into_split());
            let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
            tokio::spawn(async move {
                let (mut buffer, mut left) = ([0; 4096], None);
                while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
                    let is_said = buffer[..read].windows(word.len()).any(|bytes| bytes == word.as_bytes());
                    left = match left {
                        None => is_said.then_some(pieces),
                        Some(left) => Some(left - 1),
                    };
                    let cuts = left == Some(0);
                    if cuts {
                        back.abort();
                    }
                    let passed_on = match !cuts || passes_on {
                        true => to_server.write_all(&buffer[..read]).await.is_ok(),
                        false => false,
                    };
                    if cuts || !passed_on {
                        return;
                    }
                }
            });
        }
    });
    port
}

/// Whether it is committed then, the server knows alone.
#[tokio::test]
async fn a_connection_that_is_cut_at_the_commit() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    for passes_on in [false, true] {
        let port = cutting("COMMIT", passes_on).await;
        let engine = engine_at(&world, port);
        let mut transaction = engine.begin().await.expect("to begin");
        transaction.execute(insert(format!("bob {passes_on}"))).await.expect("to insert");
        let error = transaction.commit().await.expect_err("nobody has answered");
        assert_eq!(*error.kind(), ErrorKind::CommitUnknown, "{error:?}");
        world.until_gone().await;
        assert_eq!(world.count().await, i64::from(passes_on));
        let token = error.commit_token().expect("a token");
        assert!(!format!("{error} {error:?} {token:?} {:?}", error.detail()).contains(token.as_str()), "{error:?}");
        let expected = if passes_on { CommitOutcome::Committed } else { CommitOutcome::RolledBack };
        assert_eq!(resolved(&world.engine(), &error).await.expect("an answer"), expected);
    }
    let error = |token: &str| Error::new(ErrorKind::CommitUnknown, "").with_commit_token(Some(CommitToken::new(token)));
    let ask = async |error| world.engine().resolve_commit(&error).await;
    assert_eq!(ask(error("3")).await.expect("an answer"), CommitOutcome::Unknown, "of which server?");
    assert_eq!(ask(error("9000000000000000000 1 2 3 - 4")).await.expect("no such number"), CommitOutcome::Unknown);
    assert_eq!(ask(error("none")).await.expect("no number"), CommitOutcome::Unknown);
    assert_eq!(ask(Error::new(ErrorKind::CommitUnknown, "")).await.expect("no token"), CommitOutcome::Unknown);
    assert_eq!(*ask(Error::usage("")).await.expect_err("another kind").kind(), ErrorKind::Usage);
    // Before that it is known.
    let port = cutting("INSERT", true).await;
    let engine = engine_at(&world, port);
    let mut transaction = engine.begin().await.expect("to begin");
    let error = transaction.execute(insert("eve")).await.expect_err("nobody has answered");
    assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
    transaction.commit().await.expect_err("it is gone");
}

/// A COMMIT of the program's own says as much as ours.
#[tokio::test]
async fn a_raw_commit_that_is_cut() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    for (nth, (sql, passes_on)) in
        [("COMMIT", false), ("commit work", true), ("END", true), ("COMMIT AND CHAIN", true)].into_iter().enumerate()
    {
        let engine = engine_at(&world, cutting_behind(sql, 1, passes_on).await);
        let mut transaction = engine.begin().await.expect("to begin");
        transaction.execute(insert(format!("bob {nth}"))).await.expect("to insert");
        let error = transaction.execute(raw(RawSql::trusted(sql.to_owned()))).await.expect_err("nobody has answered");
        assert_eq!(*error.kind(), ErrorKind::CommitUnknown, "{sql}: {error:?}");
        let expected = if passes_on { CommitOutcome::Committed } else { CommitOutcome::RolledBack };
        assert_eq!(resolved(&world.engine(), &error).await.expect("an answer"), expected, "{sql}");
    }
    // While it is prepared nothing has ended, nor by what goes back.
    for (sql, pieces) in [("COMMIT", 0), ("ROLLBACK", 1), ("ROLLBACK", 0)] {
        let engine = engine_at(&world, cutting_behind(sql, pieces, true).await);
        let mut transaction = engine.begin().await.expect("to begin");
        transaction.execute(insert("eve")).await.expect("to insert");
        let error = transaction.execute(raw(RawSql::trusted(sql.to_owned()))).await.expect_err("nobody has answered");
        assert_eq!(*error.kind(), ErrorKind::Disconnected, "{sql}: {error:?}");
    }
    // A server that falls silent.
    let proxy = Proxy::to(&place(), Fault::None).await.expect("a port");
    let engine = engine_with(&world, proxy.port(), PoolOptions::default().size(1).silence(Duration::from_millis(100)));
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("joe")).await.expect("to insert");
    transaction.execute(raw("COMMIT")).await.expect("it is prepared now");
    drop(transaction);
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("jim")).await.expect("to insert");
    proxy.stall();
    let error = transaction.execute(raw("COMMIT")).await.expect_err("nobody answers");
    assert_eq!((error.kind(), proxy.connections() > 1), (&ErrorKind::CommitUnknown, true), "{error:?}");
    assert_eq!(resolved(&world.engine(), &error).await.expect("an answer"), CommitOutcome::RolledBack);
}

/// The server rolls back then, and calls it a success.
#[tokio::test]
async fn a_raw_commit_of_what_has_failed() {
    let (world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("ann")).await.expect("to insert");
    transaction.execute(raw("SELECT 1 / 0")).await.expect_err("no number");
    let error = transaction.execute(raw("COMMIT")).await.expect_err("it is rolled back");
    assert_eq!(*error.kind(), ErrorKind::Usage, "{error:?}");
    assert_eq!(world.count().await, 0);
}

/// Whatever writes first in a transaction, and however it goes out, the server can be asked what became of it; what it counts stays.
#[tokio::test]
async fn whatever_writes_has_a_token() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    let port = cutting("COMMIT", true).await;
    let writes: [(&str, u64); 7] = [
        ("INSERT INTO people (name) VALUES ('a')", 1),
        ("WITH b AS (SELECT 'b' AS name) INSERT INTO people (name) SELECT name FROM b", 1),
        ("CREATE TABLE c ()", 0),
        ("UPDATE people SET email = name || 'd'", 2),
        ("DO $$ BEGIN INSERT INTO people (name) VALUES ('e'); END $$", 0),
        ("COMMENT ON TABLE people IS 'f'", 0),
        ("DELETE FROM people", 3),
    ];
    for (sql, rows) in writes {
        let engine = engine_at(&world, port);
        let mut transaction = engine.begin().await.expect("to begin");
        raw("WITH a AS (SELECT 1) SELECT * FROM a").one(&mut transaction).await.expect("to read");
        assert_eq!(transaction.execute(raw(RawSql::trusted(sql.to_owned()))).await.expect(sql), rows, "{sql}");
        transaction.execute(raw("SELECT 1")).await.expect("to read");
        let error = transaction.commit().await.expect_err("nobody has answered");
        assert_eq!(resolved(&world.engine(), &error).await.expect("an answer"), CommitOutcome::Committed, "{sql}: {error:?}");
    }
}

/// The end of a COPY, as it goes over the wire.
const COPY_DONE: &str = "c\0\0\0\u{4}";

/// All rows were sent: outside of a transaction the server may have inserted them, and has not said so. Inside of one it has not.
#[tokio::test]
async fn a_copy_that_is_cut_at_its_end() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    let into = "COPY people (name) FROM STDIN";
    for passes_on in [false, true] {
        let port = cutting(COPY_DONE, passes_on).await;
        let engine = engine_at(&world, port);
        let mut connection = engine.connect().await.expect("a connection");
        let rows = format!("ann {passes_on}\n");
        let error = CopyIn::new(into).read_from(&mut connection, &mut rows.as_bytes()).await.expect_err("nobody has answered");
        assert_eq!(*error.kind(), ErrorKind::CommitUnknown, "{error:?}");
        world.until_gone().await;
        assert_eq!(world.count().await, i64::from(passes_on));
        let engine = engine_at(&world, port);
        let mut transaction = engine.begin().await.expect("to begin");
        let error = CopyIn::new(into).read_from(&mut transaction, &mut &b"bob\n"[..]).await.expect_err("nobody has answered");
        assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
    }
    // Before its end nothing is inserted, and that is known.
    let engine = engine_at(&world, cutting("COPY people", true).await);
    let mut connection = engine.connect().await.expect("a connection");
    let error = CopyIn::new(into).read_from(&mut connection, &mut &b"eve\n"[..]).await.expect_err("nobody has answered");
    assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
}

/// A COMMIT that nobody waits for any more says nothing of what fails later on its connection.
#[tokio::test]
async fn a_commit_that_was_dropped() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    let proxy = Proxy::to(&place(), Fault::None).await.expect("a port");
    let options = PoolOptions::default().size(1).silence(Duration::from_millis(100));
    let engine = engine_with(&world, proxy.port(), options);
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("ann")).await.expect("a row");
    assert!(cancel_at(1, transaction.commit()).await.is_none(), "no answer comes at once");
    let mut connection = engine.connect().await.expect("a connection");
    raw("SELECT 1").one(&mut connection).await.expect("the connection goes on");
    assert_eq!(proxy.connections(), 1);
    proxy.stall();
    let error = raw("SELECT 2").one(&mut connection).await.expect_err("nobody answers");
    assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
}

/// Who copies on a connection whose server is silent hears of it after the silence that the pool allows.
#[tokio::test]
async fn a_copy_that_nobody_answers() {
    let (world, engine) = World::with_people().await;
    drop(engine);
    let options = PoolOptions::default().silence(Duration::from_millis(50));
    let proxy = Proxy::to(&place(), Fault::None).await.expect("a port");
    let engine = engine_with(&world, proxy.port(), options);
    let (mut one, mut other) = (engine.connect().await.expect("a connection"), engine.connect().await.expect("a connection"));
    proxy.stall();
    let copies = async {
        let (mut reader, mut writer) = (&b"bob\n"[..], Vec::new());
        let into = CopyIn::new("COPY people (name) FROM STDIN").read_from(&mut one, &mut reader).await;
        (into, CopyOut::new("COPY people TO STDOUT").write_to(&mut other, &mut writer).await)
    };
    let (into, out) = tokio::time::timeout(Duration::from_secs(4), copies).await.expect("soon");
    for result in [into, out] {
        let error = result.expect_err("nobody answers");
        assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
    }
}
