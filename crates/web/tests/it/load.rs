//! Many requests at one time, over both protocols.

use std::time::{Duration, Instant};

use aludel_web::{App, Body, Failure, Limits, Method, Request, Route, path_param};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::support::{Diary, Server, until, within};

fn app(diary: &Diary) -> App {
    diary.app().routes([Route::new(Method::GET, "/{n}", "n", async |request: Request| {
        let (parts, _) = request.into_parts();
        tokio::task::yield_now().await;
        Ok::<_, Failure>(path_param::<u32>(&parts, "n")?.to_string())
    })])
}

fn count(diary: &Diary, what: &str) -> usize {
    diary.read().split(' ').filter(|word| *word == what).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_connections() {
    let diary = Diary::default();
    let server = Server::start(app(&diary)).await;
    let address = server.address;
    let asking = (0..200).map(|n| {
        tokio::spawn(async move {
            let mut raw = crate::support::Raw(TcpStream::connect(address).await.unwrap());
            raw.send(&format!("GET /{n} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await;
            assert!(raw.read_to_end().await.ends_with(&format!("\r\n\r\n{n}")));
        })
    });
    for asked in asking.collect::<Vec<_>>() {
        asked.await.unwrap();
    }
    assert_eq!([count(&diary, "open"), count(&diary, "end"), count(&diary, "teardown")], [200; 3]);
}

async fn h2(server: &Server) -> hyper::client::conn::http2::SendRequest<Empty<bytes::Bytes>> {
    let stream = TokioIo::new(TcpStream::connect(server.address).await.unwrap());
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn ask(n: u32) -> aludel_web::http::Request<Empty<bytes::Bytes>> {
    aludel_web::http::Request::get(format!("http://localhost/{n}")).body(Empty::new()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_streams_of_one_connection() {
    let diary = Diary::default();
    let server = Server::start(app(&diary)).await;
    let sender = h2(&server).await;
    let asking = (0..200).map(|n| {
        let mut sender = sender.clone();
        tokio::spawn(async move {
            sender.ready().await.unwrap();
            let response = sender.send_request(ask(n)).await.unwrap();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, n.to_string());
        })
    });
    for asked in asking.collect::<Vec<_>>() {
        within(asked).await.unwrap();
    }
    assert_eq!([count(&diary, "open"), count(&diary, "end"), count(&diary, "teardown")], [200; 3]);
}

#[tokio::test]
async fn an_idle_connection_of_many_streams_is_closed_in_order() {
    let limits = Limits::new().header_timeout(Duration::from_millis(20)).keep_alive(Duration::from_millis(200));
    let server = Server::start(app(&Diary::default()).limits(limits)).await;
    let stream = TokioIo::new(TcpStream::connect(server.address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let start = Instant::now();
    within(sender.send_request(ask(1))).await.unwrap().into_body().collect().await.unwrap();
    // A connection that is cut without a word gives an error here.
    within(connection).await.unwrap().unwrap();
    assert!(start.elapsed() >= Duration::from_millis(200), "closed after {:?}", start.elapsed());
}

#[tokio::test]
async fn a_stream_that_is_reset_lets_its_request_finish() {
    let diary = Diary::default();
    let noted = diary.clone();
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    let opened = gate.clone();
    let waiting = Route::new(Method::GET, "/0", "wait", move |_: Request| {
        let (diary, gate) = (noted.clone(), opened.clone());
        async move {
            diary.note("begun");
            gate.notified().await;
            Body::from("done")
        }
    });
    let server = Server::start(diary.app().routes([waiting])).await;
    let mut sender = h2(&server).await;
    let asked = tokio::spawn(async move { sender.send_request(ask(0)).await.map(|_| ()) });
    until(|| diary.read() == "open begun").await;
    asked.abort();
    until(|| server.service.detached() == 1).await;
    gate.notify_one();
    until(|| diary.read() == "open begun end teardown").await;
}
