//! Servers that are not there, that say nothing, or what no server should say.

use std::time::{Duration, Instant};

use aludel_engine::{Driver, Engine};
use aludel_mysql::{Location, MySql, Tls};
use aludel_sql::{Error, ErrorKind, raw};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{World, execute, number, server};

fn at(port: u16, timeout: Duration) -> MySql {
    let mut location = Location::parse("mysql://u:s3cret@127.0.0.1/d").expect("a URL");
    location.port = port;
    location.connect_timeout = timeout;
    MySql::new(location)
}

#[track_caller]
fn check(error: &Error, kinds: &[ErrorKind]) {
    let all = format!("{error:?} {error:#?} {error} {:?}", error.detail());
    assert!(!all.contains("s3cret"), "{all}");
    assert!(kinds.contains(error.kind()), "{all}");
}

#[tokio::test]
async fn nothing_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let error = at(port, Duration::from_secs(5)).connect().await.err().expect("no connection");
    check(&error, &[ErrorKind::Connect]);
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error:?}");
    let error =
        MySql::from_url("mysql://localhost/d?socket=/nowhere/mysqld.sock").expect("a URL").connect().await.err().expect("no socket");
    check(&error, &[ErrorKind::Connect]);
    let error = MySql::from_url("mysql://no-such-host.invalid/d").expect("a URL").connect().await.err().expect("no host");
    check(&error, &[ErrorKind::Connect, ErrorKind::Timeout]);
}

#[tokio::test]
async fn a_server_that_says_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let started = Instant::now();
    let engine = Engine::on(at(port, Duration::from_secs(1)));
    let error = raw("SELECT 1").one(&engine).await.expect_err("no answer");
    check(&error, &[ErrorKind::Timeout]);
    assert!(started.elapsed() < Duration::from_secs(3));
    silent.abort();
}

#[tokio::test]
async fn wrong_accounts() {
    let mut location = server();
    (location.user, location.password) = (Some("nobody".to_owned()), Some("s3cret".to_owned()));
    let error = MySql::new(location).connect().await.err().expect("not let in");
    check(&error, &[ErrorKind::Connect]);
    let mut location = server();
    location.database = Some("there_is_no_such_database".to_owned());
    let error = MySql::new(location).connect().await.err().expect("no database");
    check(&error, &[ErrorKind::Connect]);
    assert!(error.to_string().contains("there_is_no_such_database"), "{error:?}");
}

#[tokio::test]
async fn encryption_that_is_not_to_be_had_is_not_left_out() {
    for tls in [Tls::Required, Tls::VerifyCa, Tls::VerifyIdentity] {
        let mut location = server();
        location.tls = tls;
        match MySql::new(location).connect().await {
            Err(error) => check(&error, &[ErrorKind::Connect]),
            Ok(_) => assert_eq!(tls, Tls::Required, "nobody has signed the certificate of this server"),
        }
    }
}

/// Random bytes, the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// How a proxy spoils what a server sends.
#[derive(Clone, Copy, Debug)]
enum Spoil {
    /// A byte at this place is another one.
    Change(usize),
    /// Nothing comes after this place.
    Cut(usize),
    /// Random bytes come from this place on.
    Noise(usize),
}

/// Passes everything on between a client and the real server, but spoils what the server sends.
async fn proxy(listener: TcpListener, spoil: Spoil, seed: u64) {
    let Ok((client, _)) = listener.accept().await else { return };
    let real = server();
    let Ok(upstream) = TcpStream::connect((&*real.host, real.port)).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = upstream.into_split();
    let there = async move { tokio::io::copy(&mut from_client, &mut to_server).await };
    let back = async move {
        let (mut passed, mut buffer, mut dice) = (0, [0_u8; 4096], Dice(seed | 1));
        while let Ok(read) = from_server.read(&mut buffer).await {
            if read == 0 {
                return;
            }
            let chunk = &mut buffer[..read];
            for (at, byte) in chunk.iter_mut().enumerate().map(|(at, byte)| (passed + at, byte)) {
                match spoil {
                    Spoil::Change(place) if at == place => *byte ^= (dice.next() as u8) | 1,
                    Spoil::Noise(place) if at >= place => *byte = dice.next() as u8,
                    _ => {}
                }
            }
            let whole = match spoil {
                Spoil::Cut(place) if passed + read > place => place.saturating_sub(passed),
                _ => read,
            };
            passed += read;
            if to_client.write_all(&chunk[..whole]).await.is_err() || whole < read {
                return;
            }
        }
    };
    tokio::select! { _ = there => {}, () = back => {} }
}

/// What a program does on a connection.
async fn script(engine: &Engine) -> aludel_sql::Result {
    raw("SELECT * FROM spoiled WHERE a < :a").bind("a", 100_i64).all(engine).await?;
    let mut transaction = engine.begin().await?;
    raw("INSERT INTO spoiled (b) VALUES (:b)").bind("b", "x".repeat(50)).execute(&mut transaction).await?;
    raw("SELECT a, b, c, d FROM spoiled LIMIT 20").all(&mut transaction).await?;
    transaction.commit().await?;
    raw("SELECT COUNT(*) FROM spoiled").one(engine).await.map(drop)
}

async fn spoiled(world: &World, spoil: Spoil, seed: u64) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut location = world.location.clone();
    (location.host, location.port, location.connect_timeout) = ("127.0.0.1".to_owned(), port, Duration::from_secs(1));
    location.tls = Tls::Disabled;
    let proxying = tokio::spawn(proxy(listener, spoil, seed));
    let engine = Engine::on(MySql::new(location));
    let running = tokio::time::timeout(Duration::from_millis(1500), script(&engine)).await;
    if let Ok(Err(error)) = &running {
        assert!(!matches!(error.kind(), ErrorKind::Usage | ErrorKind::Config), "{spoil:?} {seed}: {error:?}");
    }
    proxying.abort();
    // A panic is one of the proxy's own.
    assert!(proxying.await.err().is_none_or(|error| error.is_cancelled()), "{spoil:?} {seed}");
}

#[tokio::test]
async fn what_no_server_should_say() {
    let (world, engine) = World::with_people().await;
    execute(&engine, "CREATE TABLE spoiled (a BIGINT PRIMARY KEY AUTO_INCREMENT, b VARCHAR(100), c DATETIME(6) DEFAULT NOW(6), d DECIMAL(10, 3) DEFAULT 1.5)").await;
    for _ in 0..40 {
        execute(&engine, "INSERT INTO spoiled (b) VALUES ('something')").await;
    }
    let cases = if std::env::var_os("RUN_SLOW_TESTS").is_some() { 2_000 } else { 120 };
    let mut dice = Dice(4711);
    for nth in 0..cases {
        let place = (dice.next() % 3_000) as usize;
        let spoil = [Spoil::Change(place), Spoil::Cut(place), Spoil::Noise(place)][nth % 3];
        spoiled(&world, spoil, dice.next()).await;
    }
    let left = number(&engine, "SELECT COUNT(*) FROM spoiled").await;
    assert!(left >= 40, "the server is well");
}

#[tokio::test]
async fn a_server_of_random_bytes() {
    let mut dice = Dice(815);
    for nth in 0..200_u64 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let length = (dice.next() % 300) as usize;
        let mut bytes: Vec<u8> = (0..length).map(|_| dice.next() as u8).collect();
        if nth % 2 == 0 && length > 4 {
            // A whole packet at least.
            let body = length - 4;
            bytes[..4].copy_from_slice(&[body as u8, (body >> 8) as u8, 0, 0]);
        }
        let speaking = tokio::spawn(async move {
            if let Ok((mut stream, _)) = listener.accept().await {
                drop(stream.write_all(&bytes).await);
            }
        });
        let error = at(port, Duration::from_millis(500)).connect().await.err().expect("no server");
        check(&error, &[ErrorKind::Connect, ErrorKind::Protocol, ErrorKind::Timeout, ErrorKind::Disconnected]);
        speaking.abort();
    }
}
