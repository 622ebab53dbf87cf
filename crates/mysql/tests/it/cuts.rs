//! Connections that break, or fall silent, while a statement is on its way: what is known of it then.

use std::time::Duration;

use aludel_engine::{Engine, PoolOptions};
use aludel_mysql::{MySql, Tls};
use aludel_sql::{Error, ErrorKind, raw};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

/// What becomes of a connection.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// It ends.
    Cut,
    /// Nothing is passed on any more.
    Hush,
}

/// Stands between us and the real server: this happens to a connection as soon as we send this word, which is not passed on.
async fn at_word(world: &World, word: &'static str, then: Then) -> Engine {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut location = world.location.clone();
    let place = format!("{}:{}", location.host, location.port);
    (location.host, location.port) = ("127.0.0.1".to_owned(), listener.local_addr().expect("an address").port());
    (location.tls, location.socket) = (Tls::Disabled, None);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&place).await.expect("the server");
            tokio::spawn(async move {
                let (mut said, mut answered) = ([0; 4096], [0; 4096]);
                loop {
                    tokio::select! {
                        read = client.read(&mut said) => {
                            let Ok(read @ 1..) = read else { return };
                            if said[..read].windows(word.len()).any(|bytes| bytes == word.as_bytes()) {
                                match then {
                                    Then::Cut => return,
                                    Then::Hush => std::future::pending().await,
                                }
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
