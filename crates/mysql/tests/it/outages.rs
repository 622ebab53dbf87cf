//! Servers that are not there, that say nothing, or what no server should say.

use std::time::{Duration, Instant};

use aludel_driver_suite::Dice;
use aludel_engine::{Driver, Engine};
use aludel_mysql::{Location, MySql};
use aludel_sql::{Error, ErrorKind, raw};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::world::server;

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
async fn a_server_of_random_bytes() {
    let mut dice = Dice::new(815);
    for nth in 0..200_u64 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let length = dice.below(300);
        let mut bytes: Vec<u8> = (0..length).map(|_| dice.byte()).collect();
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
