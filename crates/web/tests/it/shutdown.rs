//! A server that stops: what is begun is finished, what is half sent does not hold it up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use aludel_web::{App, Body, Limits, Method, Request, Route};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::support::{DEADLINE, Diary, Raw, Server, until, within};

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
    assert_eq!(diary.read(), "open begun finished end teardown");
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
    assert_eq!(diary.read(), "open begun end teardown(the client went away and the handler was not done in time)");
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
    assert_eq!(diary.read(), "open begun finished end teardown");
}

#[tokio::test]
async fn who_hurries_it_ends_the_grace() {
    let (diary, gate) = (Diary::default(), Arc::default());
    let server = Server::start(app(&diary, &gate)).await;
    let (mut raw, without_a_client) = (ask(&server, &diary).await, server.connect().await);
    drop(without_a_client);
    let (stopping, hurry) = server.stop_and_hurry();
    let start = Instant::now();
    hurry.send(()).unwrap();
    assert_eq!(within(stopping).await.unwrap().unwrap().given_up(), 0, "its handlers can be dropped");
    assert!(start.elapsed() < Duration::from_secs(10), "took {:?}", start.elapsed());
    assert_eq!(raw.read_to_end().await, "");
    assert_eq!(diary.read(), "open begun end teardown(the client went away and the handler was not done in time)");
}

/// Threads that a handler keeps for itself, until they are released.
#[derive(Clone, Default)]
struct Kept(Arc<(Mutex<Vec<Thread>>, AtomicBool)>);

impl Kept {
    /// A handler that blocks its thread, as a statement does that does not end.
    fn app(&self) -> App {
        let kept = self.clone();
        App::new("test").limits(Limits::new().grace(Duration::from_millis(20))).routes([Route::new(
            Method::GET,
            "/",
            "keep",
            move |_: Request| {
                let kept = kept.clone();
                async move {
                    kept.0.0.lock().unwrap().push(thread::current());
                    while !kept.0.1.load(Ordering::SeqCst) {
                        thread::park();
                    }
                }
            },
        )])
    }

    /// Waits without the runtime, whose timers may stand still behind the threads that are kept.
    fn wait_for(&self, count: usize) {
        let start = Instant::now();
        while self.0.0.lock().unwrap().len() < count {
            assert!(start.elapsed() < DEADLINE, "the handlers were not called");
            thread::yield_now();
        }
    }
}

impl Drop for Kept {
    /// A runtime does not end before its threads do.
    fn drop(&mut self) {
        self.0.1.store(true, Ordering::SeqCst);
        self.0.0.lock().unwrap().iter().for_each(Thread::unpark);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_handler_that_keeps_its_thread_is_given_up() {
    let kept = Kept::default();
    let server = Server::start(kept.app()).await;
    let mut raw = server.connect().await;
    raw.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    kept.wait_for(1);
    assert_eq!(within(server.stop()).await.unwrap().unwrap().given_up(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn handlers_of_one_connection_are_given_up_one_by_one() {
    let kept = Kept::default();
    let server = Server::start(kept.app()).await;
    let stream = TokioIo::new(TcpStream::connect(server.address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    for count in 1..=2 {
        let request = aludel_web::http::Request::get("http://localhost/").body(Body::empty()).unwrap();
        tokio::spawn(sender.send_request(request));
        kept.wait_for(count);
    }
    assert_eq!(within(server.stop()).await.unwrap().unwrap().given_up(), 2);
}
