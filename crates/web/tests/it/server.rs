//! The server on real sockets: what an HTTP client gets to see.

use std::io::ErrorKind;

use aludel_web::{App, Method, Peer, Request, RequestInfo, Route, bind, redirect};

use crate::support::Server;

fn app() -> App {
    App::new("test").routes([
        Route::new(Method::GET, "/", "index", async |_: Request| "hello"),
        Route::new(Method::GET, "/split", "split", async |_: Request| redirect("/a\r\nx-evil: 1\r\n\r\n<p>\u{e4}")),
        Route::new(Method::GET, "/empty", "empty", async |_: Request| ""),
        Route::new(Method::GET, "/panic", "panic", async |_: Request| -> String { panic!("no") }),
        Route::new(Method::GET, "/peer", "peer", async |_: Request| {
            let peer = RequestInfo::current().map(|info| info.peer());
            matches!(peer, Some(Peer::Address(address)) if address.ip().is_loopback()).to_string()
        }),
    ])
}

/// Sends requests over one connection; `expected` must be in the answer to the last one.
async fn check(requests: &[&str], expected: &[&str]) {
    let server = Server::start(app()).await;
    let mut raw = server.connect().await;
    for request in requests {
        raw.send(&format!("{request}\r\nhost: localhost\r\n\r\n")).await;
        raw.read_until("\r\n\r\n").await;
    }
    let mut raw = server.connect().await;
    let last = requests.last().unwrap();
    raw.send(&format!("{last}\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await;
    let answer = raw.read_to_end().await;
    for part in expected {
        assert!(answer.contains(part), "{part:?} is not in {answer:?}");
    }
}

#[tokio::test]
async fn answers() {
    check(&["GET / HTTP/1.1"], &["HTTP/1.1 200 OK", "content-length: 5", "\r\ndate: ", "\r\n\r\nhello"]).await;
    check(&["GET / HTTP/1.1", "GET / HTTP/1.1"], &["hello"]).await;
    check(&["GET /panic HTTP/1.1", "GET / HTTP/1.1"], &["hello"]).await;
    check(&["GET /panic HTTP/1.1"], &["HTTP/1.1 500"]).await;
    check(&["GET /peer HTTP/1.1"], &["true"]).await;
    check(&["OPTIONS / HTTP/1.1"], &["HTTP/1.1 204", "allow: GET, HEAD, OPTIONS"]).await;
    check(&["OPTIONS * HTTP/1.1"], &["HTTP/1.1 404"]).await;
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let server = Server::start(app()).await;
    let mut raw = server.connect().await;
    raw.send("HEAD / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    let answer = raw.read_to_end().await;
    assert!(answer.contains("content-length: 5") && answer.ends_with("\r\n\r\n"), "{answer}");
    let mut raw = server.connect().await;
    raw.send("HEAD /empty HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    let answer = raw.read_to_end().await;
    assert!(answer.contains("content-length: 0") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(app()).await;
    let mut raw = server.connect().await;
    let close = "GET /peer HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    raw.send(&format!("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n{close}")).await;
    let answer = raw.read_to_end().await;
    assert!(answer.find("hello") < answer.find("true") && answer.ends_with("true"), "{answer}");
}

#[tokio::test]
async fn no_text_adds_a_header() {
    let server = Server::start(app()).await;
    let mut raw = server.connect().await;
    raw.send("GET /split HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    let answer = raw.read_to_end().await;
    assert!(answer.contains("location: /a%0D%0Ax-evil:%201%0D%0A%0D%0A%3Cp%3E%C3%A4\r\n"), "{answer}");
    assert!(!answer.contains("\r\nx-evil"), "{answer}");
}

#[tokio::test]
async fn a_busy_port_is_named() {
    let first = bind("127.0.0.1", 0).await.unwrap();
    let port = first.local_addr().unwrap().port();
    let error = bind("127.0.0.1", port).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    let text = error.to_string();
    assert!(text.starts_with(&format!("`127.0.0.1:{port}` is in use already; stop the program")), "{text}");
    assert!(bind("[::1]", 0).await.is_ok() || bind("::1", 0).await.is_err());
}
