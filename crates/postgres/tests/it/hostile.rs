//! Servers that are not there, say nothing, say the wrong thing, or end in the middle of it; and passwords, which nobody sees.

use std::time::{Duration, Instant};

use aludel_engine::Engine;
use aludel_postgres::Postgres;
use aludel_sql::{Error, ErrorKind, raw};
use expect_test::expect;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server that says this to everybody who has begun to talk; without anything it says nothing. Returns its port.
async fn server(says: Vec<u8>, then_waits: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let says = says.clone();
            tokio::spawn(async move {
                let _heard = stream.read(&mut [0; 1024]).await;
                let _said = stream.write_all(&says).await;
                while then_waits && matches!(stream.read(&mut [0; 1024]).await, Ok(1..)) {}
            });
        }
    });
    port
}

async fn error(url: &str) -> Error {
    let started = Instant::now();
    let error = raw("SELECT 1").one(&Engine::on(Postgres::from_url(url).expect("a URL"))).await.expect_err("no such server");
    assert!(started.elapsed() < Duration::from_secs(4), "{error:?} came late");
    assert!(!format!("{error:?} {:?}", error.kind()).contains("tweety"), "{error:?}");
    error
}

fn shown(error: &Error, port: u16) -> String {
    format!("{error:?}").replace(&port.to_string(), "PORT")
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a length").to_be_bytes();
    [&[kind][..], &length, body].concat()
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop")).await;
    expect![[r#"
        ConnectError: the server `127.0.0.1:PORT` cannot be reached: nothing listens there
          hint: start the server, or check host and port of the URL"#]]
    .assert_eq(&shown(&error, port));
    let error = self::error("postgres:///shop?host=/nowhere").await;
    expect![[r#"
        ConnectError: the server `/nowhere:5432` cannot be reached: there is no such socket
          hint: start the server, or check the folder and the port of the URL"#]]
    .assert_eq(&shown(&error, port));
}

#[tokio::test]
async fn a_server_that_says_nothing() {
    let port = server(Vec::new(), true).await;
    for mode in ["disable", "prefer", "require"] {
        let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop?connect_timeout=1&sslmode={mode}")).await;
        assert_eq!(*error.kind(), ErrorKind::Timeout, "{error:?}");
    }
    let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop?connect_timeout=1&sslmode=disable")).await;
    expect![[r#"
        TimeoutError: the server `127.0.0.1:PORT` has not opened a connection within 1000 ms
          hint: check host and port of the URL, and whether something on the way swallows the connection; `connect_timeout=SECONDS` allows more time"#]].assert_eq(&shown(&error, port));
}

#[tokio::test]
async fn a_server_that_hangs_up() {
    let port = server(Vec::new(), false).await;
    let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop?sslmode=disable")).await;
    expect![[r#"
        ConnectError: the server `127.0.0.1:PORT` has closed the connection before it was open
          hint: look into the server's log; another program may listen on this port"#]]
    .assert_eq(&shown(&error, port));
}

/// The first host keeps the second one waiting for its share of the time only.
#[tokio::test]
async fn the_next_host_is_tried() {
    let (silent, refuses) = (server(Vec::new(), true).await, TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let closed = refuses.local_addr().expect("an address").port();
    drop(refuses);
    let (world, _engine) = crate::world::World::with_people().await;
    let url = world.url().replacen('@', &format!("@127.0.0.1:{closed},127.0.0.1:{silent},"), 1).replacen(
        "options=",
        "connect_timeout=1&options=",
        1,
    );
    let engine = Engine::on(Postgres::from_url(&url).expect("a URL"));
    assert_eq!(raw("SELECT 1::int8").one(&engine).await.expect("the third host").get::<i64>(0), 1);
    let url = url.replacen("connect_timeout", "target_session_attrs=standby&connect_timeout", 1);
    let error = error(&url).await;
    assert_eq!(*error.kind(), ErrorKind::Connect);
    assert!(format!("{error:?}").contains("is not one that `target_session_attrs` asks for"), "{error:?}");
    for target in ["read-write", "primary", "prefer-standby", "any"] {
        let url = format!("{}&target_session_attrs={target}", world.url());
        raw("SELECT 1").one(&Engine::on(Postgres::from_url(&url).expect("a URL"))).await.expect(target);
    }
}

/// The server's own words would show the password.
#[tokio::test]
async fn a_password_that_is_wrong() {
    let mut says = message(b'R', &3_u32.to_be_bytes());
    says.extend(message(b'E', b"SFATAL\0VFATAL\0C28P01\0Mno, tweety is wrong\0\0"));
    let port = server(says, true).await;
    let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop?sslmode=disable")).await;
    expect![[r#"
        ConnectError: the server `127.0.0.1:PORT` does not accept the password of the user `me`
          hint: check user and password of the URL"#]]
    .assert_eq(&shown(&error, port));
    let error = self::error(&format!("postgres://me@127.0.0.1:{port}/shop?sslmode=disable")).await;
    expect![[r#"
        ConnectError: the server asks for a password, and the URL has none
          hint: write `postgres://user:password@host/database`"#]]
    .assert_eq(&shown(&error, port));
}

#[tokio::test]
async fn encryption_that_the_server_does_not_have() {
    let port = server(b"N".to_vec(), true).await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop?sslmode={mode}")).await;
        assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
        assert!(error.to_string().ends_with("does not encrypt, and the URL asks for it"), "{error}");
    }
    let port = server(b"S and then no handshake".to_vec(), true).await;
    let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop?sslmode=require")).await;
    expect![[r#"
        ConnectError: no encrypted connection to the server `127.0.0.1:PORT` came about
          cause: received corrupt message of type InvalidContentType
          hint: `verify-full` asks for a certificate of this very host, from an authority of the system or of `sslrootcert=FILE`; `verify-ca` does not ask for the host, `require` asks for none"#]].assert_eq(&shown(&error, port));
}

#[tokio::test]
async fn a_database_that_is_not_there() {
    let url = crate::world::server();
    let (server, _) = url.rsplit_once('/').expect("a database");
    let error = error(&format!("{server}/nothing_of_this_name")).await;
    assert_eq!(*error.kind(), ErrorKind::Connect);
    assert!(format!("{error:?}").contains("has no database `nothing_of_this_name`"), "{error:?}");
}

#[tokio::test]
async fn another_kind_of_server() {
    let port = server(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), false).await;
    let error = error(&format!("postgres://me:tweety@127.0.0.1:{port}/shop?sslmode=disable")).await;
    expect![[r#"
        ProtocolError: the server has sent what its protocol does not allow: a message of type `H` that is 1414811695 bytes long, as it says
          hint: check that the URL names a PostgreSQL server, and what stands between it and this program; the connection is closed"#]]
    .assert_eq(&shown(&error, port));
}

/// Stands between us and the real server, and sends this instead of what comes after so many bytes.
async fn garbled(after: usize, garbage: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let url = crate::world::server();
    let place = url.rsplit_once('@').and_then(|(_, rest)| rest.split_once('/')).expect("a host").0.to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let server = TcpStream::connect(&place).await.expect("the server");
            let ((mut from_client, mut to_client), (mut from_server, mut to_server)) = (stream.into_split(), server.into_split());
            let garbage = garbage.clone();
            tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
            tokio::spawn(async move {
                let mut left = after;
                let mut buffer = [0; 4096];
                while left > 0 {
                    let size = left.min(buffer.len());
                    let Ok(read @ 1..) = from_server.read(&mut buffer[..size]).await else { return };
                    left -= read;
                    if to_client.write_all(&buffer[..read]).await.is_err() {
                        return;
                    }
                }
                let _said = to_client.write_all(&garbage).await;
            });
        }
    });
    port
}

/// Whatever comes, it is an error of a kind that fits, soon; no panic, and no wrong answer.
#[test]
fn garbled_bytes() {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(150));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let body = proptest::collection::vec(any::<u8>(), 0..200);
    let framed = (prop::sample::select(&b"RSKZTDCENtn12I3AHGd?"[..]), body.clone()).prop_map(|(kind, body)| message(kind, &body));
    let garbage = prop_oneof![body, framed.clone(), proptest::collection::vec(framed, 0..5).prop_map(|parts| parts.concat())];
    runner
        .run(&(0_usize..900, garbage), |(after, garbage)| {
            runtime.block_on(async {
                let port = garbled(after, garbage).await;
                let url = format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable&connect_timeout=1");
                let engine = Engine::on(Postgres::from_url(&url).expect("a URL"));
                let work = async {
                    let mut connection = engine.connect().await?;
                    let mut transaction = connection.begin().await?;
                    let row = raw("SELECT 1::int8, 'a', ARRAY[1.5], now()").one(&mut transaction).await?;
                    transaction.commit().await?;
                    Ok::<_, Error>(row)
                };
                if let Ok(Err(error)) = tokio::time::timeout(Duration::from_millis(300), work).await {
                    let _shown = format!("{error:?}");
                    assert!(!matches!(error.kind(), ErrorKind::Usage | ErrorKind::Config), "{error:?}");
                }
            });
            Ok(())
        })
        .expect("no panic");
}
