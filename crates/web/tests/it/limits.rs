//! Clients that send too much or too slowly, over real sockets.

use std::time::Duration;

use aludel_web::{App, Failure, Limits, Method, PayloadTooLarge, Request, Response, Route, StatusCode, rejection, reply};

use crate::support::{Diary, Server, until};

/// Answers with the length of the body, read in the way that extractors do.
async fn length(request: Request) -> Result<Response, Failure> {
    match aludel_web::axum_core::RequestExt::extract::<String, _>(request).await {
        Ok(text) => reply(format!("read {}", text.len())),
        Err(error) => Err(rejection(error).await),
    }
}

fn app(limits: Limits) -> App {
    App::new("test").limits(limits).routes([
        Route::new(Method::POST, "/", "length", length),
        Route::new(Method::GET, "/", "index", async |_: Request| "hello"),
        Route::new(Method::POST, "/ignore", "ignore", async |_: Request| "ignored"),
    ])
}

fn short() -> Limits {
    Limits::new().header_timeout(Duration::from_millis(80)).body_timeout(Duration::from_millis(80))
}

/// Sends a text, then waits for the server to end the connection; returns what it said before.
async fn check_ended(limits: Limits, text: &str, expected: &str) {
    let server = Server::start(app(limits)).await;
    let mut raw = server.connect().await;
    raw.send(text).await;
    let answer = raw.read_to_end().await;
    let status = answer.split("\r\n").next().unwrap_or_default();
    assert_eq!(status, expected, "to {text:?}: {answer}");
}

#[tokio::test]
async fn connections_that_send_nothing_whole() {
    check_ended(short(), "", "").await;
    check_ended(short(), "G", "").await;
    check_ended(short(), "PRI * HTTP/2.0\r\n", "").await;
    check_ended(short(), "GET / HTTP/1.1\r\nhost: localhost\r\nx-slow:", "").await;
}

#[tokio::test]
async fn a_header_that_comes_a_byte_at_a_time() {
    let server = Server::start(app(short())).await;
    let mut raw = server.connect().await;
    raw.send("GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await;
    let (mut reading, mut writing) = raw.0.into_split();
    let drip = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        while writing.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await; // tidy: condition, the client is slow on purpose
        }
    });
    let mut answer = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut reading, &mut answer);
    let _ = crate::support::within(read).await;
    assert!(answer.is_empty());
    crate::support::within(drip).await.unwrap();
}

#[tokio::test]
async fn a_second_request_that_stops_in_its_header() {
    let server = Server::start(app(short())).await;
    let mut raw = server.connect().await;
    raw.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    raw.read_until("hello").await;
    raw.send("GET / HTTP/1.1\r\nhost:").await;
    assert_eq!(raw.read_to_end().await, "");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = Server::start(app(Limits::new().keep_alive(Duration::from_millis(40)))).await;
    let mut raw = server.connect().await;
    raw.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    raw.read_until("hello").await;
    assert_eq!(raw.read_to_end().await, "");
}

#[tokio::test]
async fn a_busy_connection_is_not_idle() {
    let limits = Limits::new().keep_alive(Duration::from_millis(20)).header_timeout(Duration::from_millis(20));
    let slow = Route::new(Method::GET, "/slow", "slow", async |_: Request| {
        tokio::time::sleep(Duration::from_millis(200)).await; // tidy: condition, the handler is slow on purpose
        "slow"
    });
    let server = Server::start(app(limits).routes([slow])).await;
    let mut raw = server.connect().await;
    for _ in 0..2 {
        raw.send("GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        raw.read_until("slow").await;
    }
}

#[tokio::test]
async fn a_body_that_stalls() {
    let request = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc";
    check_ended(short(), request, "HTTP/1.1 408 Request Timeout").await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_response() {
    let limits = Limits::new().write_timeout(Duration::from_millis(40));
    let diary = Diary::default();
    let noted = diary.clone();
    let large = Route::new(Method::GET, "/large", "large", move |_: Request| {
        let guard = crate::support::OnDrop(noted.clone(), "dropped");
        async move {
            let chunk = vec![b'x'; 1 << 20];
            aludel_web::Body::from_stream(futures_util::stream::repeat_with(move || {
                let _ = &guard;
                Ok::<_, std::io::Error>(chunk.clone())
            }))
        }
    });
    let server = Server::start(app(limits).routes([large])).await;
    let mut raw = server.connect().await;
    raw.send("GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    until(|| diary.read() == "dropped").await;
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let limits = || Limits::new().max_body(8);
    let said = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n";
    check_ended(limits(), said, "HTTP/1.1 413 Payload Too Large").await;
    let chunked = "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n";
    check_ended(limits(), chunked, "HTTP/1.1 413 Payload Too Large").await;
    let fits = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 8\r\n\r\n12345678";
    check_ended(limits(), fits, "HTTP/1.1 200 OK").await;
}

#[tokio::test]
async fn a_body_that_is_too_large_reaches_the_error_handlers() {
    let app = app(Limits::new().max_body(8)).on_error(async |_: PayloadTooLarge| (StatusCode::PAYLOAD_TOO_LARGE, "my own page"));
    let server = Server::start(app).await;
    let mut raw = server.connect().await;
    raw.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900000000\r\n\r\n").await;
    raw.read_until("my own page").await;
}

#[tokio::test]
async fn headers_that_are_too_many_or_too_large() {
    let many = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(100));
    check_ended(Limits::new(), &many, "HTTP/1.1 431 Request Header Fields Too Large").await;
    let large = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(70_000));
    check_ended(Limits::new(), &large, "HTTP/1.1 431 Request Header Fields Too Large").await;
}

#[tokio::test]
async fn smuggling_is_refused() {
    // A proxy that goes by the length would pass the second request on as a part of the first one's body.
    let chunked = |length: &str| format!("POST / HTTP/1.1\r\nhost: localhost\r\n{length}transfer-encoding: chunked\r\n\r\n0\r\n\r\n");
    let second = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    for (length, bodies) in
        [("", &["read 0", "hello"][..]), ("content-length: 3\r\n", &["read 0"]), ("content-length: 57\r\n", &["read 0"])]
    {
        let server = Server::start(app(short())).await;
        let mut raw = server.connect().await;
        raw.send(&format!("{}{second}", chunked(length))).await;
        let answer = raw.read_to_end().await;
        let answers: Vec<_> = answer.split("HTTP/1.1 200 OK\r\n").skip(1).collect();
        assert_eq!(answers.len(), bodies.len(), "{answer}");
        assert!(answers.iter().zip(bodies).all(|(answer, body)| answer.ends_with(&format!("\r\n\r\n{body}"))), "{answer}");
        assert!(answers[answers.len() - 1].contains("connection: close\r\n"), "{answer}");
    }
    check_ended(
        short(),
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        "HTTP/1.1 400 Bad Request",
    )
    .await;
    check_ended(short(), "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n", "HTTP/1.1 400 Bad Request").await;
}

#[tokio::test]
async fn no_more_connections_than_allowed() {
    let server = Server::start(app(Limits::new().max_connections(1))).await;
    let mut first = server.connect().await;
    first.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    first.read_until("hello").await;
    let mut second = server.connect().await;
    second.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let waiting = tokio::time::timeout(Duration::from_millis(100), second.read_until("hello")).await;
    assert!(waiting.is_err(), "the second connection was served beside the first");
    drop(first);
    second.read_until("hello").await;
}
