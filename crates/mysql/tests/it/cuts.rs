//! Connections that break, or fall silent, while a statement is on its way: what is known of it then.

use std::time::Duration;

use aludel_engine::{Engine, PoolOptions};
use aludel_mysql::{MySql, Tls};
use aludel_sql::{Error, ErrorKind, raw};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It ends.
    Cut,
    /// Nothing is passed on any more.
    Hush,
}

/// Stands between us and the real server: this happens to a connection as soon as we send this word, which is not passed on.
async fn at_word(world: &World, word: &'static str, then: Then) -> Engine {
    behind_word(world, (word, 0), then).await
}

/// As [`at_word`], so many pieces later: what is prepared by its text is run by its number in the next one.
async fn behind_word(world: &World, (word, pieces): (&'static str, usize), then: Then) -> Engine {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut location = world.location.clone();
    let place = format!("{}:{}", location.host, location.port);
    (location.host, location.port) = ("127.0.0.1".to_owned(), listener.local_addr().expect("an address").port());
    (location.tls, location.socket) = (Tls::Disabled, None);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&place).await.expect("the server");
            tokio::spawn(async move {
                let (mut said, mut answered, mut left) = ([0; 4096], [0; 4096], None);
                loop {
                    tokio::select! {
                        read = client.read(&mut said) => {
                            let Ok(read @ 1..) = read else { return };
                            let is_said = said[..read].windows(word.len()).any(|bytes| bytes == word.as_bytes());
                            left = match left {
                                None => is_said.then_some(pieces),
                                Some(left) => Some(left - 1),
                            };
                            if left == Some(0) {
                                while then == Then::Hush && matches!(client.read(&mut said).await, Ok(1..)) {}
                                return;
                            }
                            if server.write_all(&said[..read]).await.is_err() {
                                return;
                            }
                        }
                        read = server.read(&mut answered) => {
                            let Ok(read @ 1..) = read else { return };
                            if client.write_all(&answered[..read]).await.is_err() {
                                return;
                            }
                        }
                    }
                }
            });
        }
    });
    Engine::with_pool(MySql::new(location), PoolOptions::default().size(1).silence(Duration::from_millis(100)))
}

async fn error(word: &'static str, then: Then, name: &str) -> Error {
    let (world, _outside) = World::with_people().await;
    let engine = at_word(&world, word, then).await;
    let insert = raw("INSERT INTO people (name) VALUES (:name)").bind("name", name.to_owned());
    engine.execute(insert).await.expect_err("nobody has answered")
}

/// A write outside of a transaction: once it is run it may be committed, and before that it is not.
#[tokio::test]
async fn a_write_by_itself() {
    for then in [Then::Cut, Then::Hush] {
        let error = self::error("an odd name", then, "an odd name").await;
        assert_eq!(*error.kind(), ErrorKind::CommitUnknown, "{then:?} while it ran: {error:?}");
        let error = self::error("INSERT INTO", then, "ann").await;
        assert_eq!(*error.kind(), ErrorKind::Disconnected, "{then:?} while it was prepared: {error:?}");
        let error = self::error("max_allowed_packet", then, &"a".repeat(1 << 20)).await;
        assert_eq!(*error.kind(), ErrorKind::Disconnected, "{then:?} before it: {error:?}");
    }
}

/// A COMMIT of the program's own says as much as ours, and what commits before it does anything else.
#[tokio::test]
async fn what_commits_by_itself() {
    let (world, _outside) = World::with_people().await;
    for then in [Then::Cut, Then::Hush] {
        for sql in ["COMMIT", "commit and chain", "CREATE TABLE another (a INT)", "TRUNCATE TABLE people"] {
            for (pieces, kind) in [(1, ErrorKind::CommitUnknown), (0, ErrorKind::Disconnected)] {
                let error = in_transaction(&world, (sql, pieces), then).await;
                assert_eq!(*error.kind(), kind, "{sql}, {then:?} {pieces} behind it: {error:?}");
            }
        }
        let error = in_transaction(&world, ("ROLLBACK", 1), then).await;
        assert_eq!(*error.kind(), ErrorKind::Disconnected, "{then:?}: {error:?}");
    }
}

async fn in_transaction(world: &World, (sql, pieces): (&'static str, usize), then: Then) -> Error {
    let engine = behind_word(world, (sql, pieces), then).await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(raw("INSERT INTO people (name) VALUES (UUID())")).await.expect("to insert");
    transaction.execute(raw(sql)).await.expect_err("nobody has answered")
}
