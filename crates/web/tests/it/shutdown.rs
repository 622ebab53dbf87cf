//! A server that stops: what is begun is finished, what is half sent does not hold it up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aludel_web::{App, Limits, Method, Request, Route};
use tokio::sync::Notify;

use crate::support::{Diary, Raw, Server, until, within};

/// `/` waits until the gate opens.
fn app(diary: &Diary, gate: &Arc<Notify>) -> App {
    let (noted, gate) = (diary.clone(), gate.clone());
    diary.app().routes([Route::new(Method::GET, "/", "wait", move |_: Request| {
        let (diary, gate) = (noted.clone(), gate.clone());
        async move {
            diary.note("begun");
            gate.notified().await;
            diary.note("finished");
            "all of it"
        }
    })])
}

async fn ask(server: &Server, diary: &Diary) -> Raw {
    let mut raw = server.connect().await;
    raw.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    until(|| diary.read() == "open begun").await;
    raw
}

#[tokio::test]
async fn a_request_that_is_being_answered_is_finished() {
    let (diary, gate) = (Diary::default(), Arc::default());
    let server = Server::start(app(&diary, &gate)).await;
    let address = server.address;
    let mut raw = ask(&server, &diary).await;
    let stopping = server.stop();
    until(|| std::net::TcpStream::connect(address).is_err()).await;
    gate.notify_one();
    assert!(raw.read_to_end().await.ends_with("all of it"));
    within(stopping).await.unwrap().unwrap();
    assert_eq!(diary.read(), "open begun finished resolve teardown");
}

#[tokio::test]
async fn connections_without_a_request_do_not_hold_it_up() {
    let (diary, gate) = (Diary::default(), Arc::<Notify>::default());
    let server = Server::start(app(&diary, &gate)).await;
    let (_silent, mut half, mut idle) = (server.connect().await, server.connect().await, server.connect().await);
    half.send("GET / HTTP/1.1\r\nhost: loc").await;
    gate.notify_one();
    idle.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    idle.read_until("all of it").await;
    let start = Instant::now();
    within(server.stop()).await.unwrap().unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "took {:?}", start.elapsed());
    assert_eq!(half.read_to_end().await, "");
}

#[tokio::test]
async fn after_the_grace_handlers_are_dropped() {
    let (diary, gate) = (Diary::default(), Arc::default());
    let server = Server::start(app(&diary, &gate).limits(Limits::new().grace(Duration::from_millis(50)))).await;
    let mut raw = ask(&server, &diary).await;
    within(server.stop()).await.unwrap().unwrap();
    assert_eq!(raw.read_to_end().await, "");
    assert_eq!(diary.read(), "open begun resolve teardown(the client went away and the handler was not done in time)");
}

#[tokio::test]
async fn requests_without_a_client_are_waited_for() {
    let (diary, gate) = (Diary::default(), Arc::default());
    let server = Server::start(app(&diary, &gate)).await;
    drop(ask(&server, &diary).await);
    until(|| server.service.detached() == 1).await;
    let stopping = server.stop();
    gate.notify_one();
    within(stopping).await.unwrap().unwrap();
    assert_eq!(diary.read(), "open begun finished resolve teardown");
}
