//! The life of a request that does not go as planned: resources are ended and teardown hooks run, once each.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use aludel_web::{
    App, Body, Client, Failure, IntoResponse, Life, Limits, Method, Peer, Request, RequestInfo, Resource, Route, Scope, Service,
    StatusCode, TimedOut,
};
use tokio::task::yield_now;

use crate::support::{Diary, OnDrop, Server, until, within};

fn get<F, Fut>(handler: F) -> Vec<Route>
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoResponse> + Send + 'static,
{
    vec![Route::new(Method::GET, "/", "index", handler)]
}

fn begin(service: &Service) -> Life {
    service.handle(Request::new(Body::empty()), Peer::InProcess)
}

/// Polls a life at most so many times, then drops it. Says whether it was done.
struct CancelAt {
    life: Life,
    polls: usize,
}

impl Future for CancelAt {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        if self.polls == 0 {
            return Poll::Ready(false);
        }
        self.polls -= 1;
        match Pin::new(&mut self.life).poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if self.polls == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Drops the life of a request at each of its await points in turn.
async fn cancel_everywhere(diary: &Diary, app: App, expected: &str) -> usize {
    let service = app.build().unwrap();
    for polls in 0.. {
        diary.clear();
        let done = within(CancelAt { life: begin(&service), polls }).await;
        within(service.drained()).await;
        assert_eq!(diary.read(), expected, "dropped after {polls} polls");
        if done {
            return polls;
        }
    }
    unreachable!()
}

#[tokio::test]
async fn dropped_at_every_await_point() {
    let diary = Diary::default();
    let noted = diary.clone();
    let handler = move |_: Request| {
        let diary = noted.clone();
        async move {
            for _ in 0..3 {
                yield_now().await;
            }
            diary.note("handler");
            "done"
        }
    };
    let points = cancel_everywhere(&diary, diary.app().routes(get(handler)), "open handler end teardown").await;
    assert_eq!(points, 5, "three awaits in the handler, one in the hook, and the end");
}

#[tokio::test]
async fn dropped_at_every_await_point_of_a_failing_request() {
    let diary = Diary::default();
    let failing = async |_: Request| -> Result<(), Failure> {
        yield_now().await;
        Err(TimedOutLike)?
    };
    let noted = diary.clone();
    let app = diary.app().routes(get(failing)).on_error(move |_: TimedOutLike| {
        let diary = noted.clone();
        async move {
            yield_now().await;
            diary.note("handled");
        }
    });
    cancel_everywhere(&diary, app, "open handled end teardown").await;
}

#[derive(Debug)]
struct TimedOutLike;
impl std::fmt::Display for TimedOutLike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}
impl std::error::Error for TimedOutLike {}

#[tokio::test]
async fn dropped_at_every_await_point_of_a_panicking_request() {
    let diary = Diary::default();
    let panicking = async |_: Request| -> String {
        yield_now().await;
        panic!("no")
    };
    let app = diary.app().routes(get(panicking));
    cancel_everywhere(&diary, app, "open end teardown(the handler panicked: no)").await;
}

#[tokio::test]
async fn the_client_goes_away_while_the_handler_waits() {
    let diary = Diary::default();
    let gate = Arc::new(tokio::sync::Notify::new());
    let (noted, opened) = (diary.clone(), gate.clone());
    let handler = move |_: Request| {
        let (diary, gate) = (noted.clone(), opened.clone());
        async move {
            diary.note("begun");
            gate.notified().await;
            diary.note("finished");
        }
    };
    let server = Server::start(diary.app().routes(get(handler))).await;
    let mut raw = server.connect().await;
    raw.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    until(|| diary.read() == "open begun").await;
    drop(raw);
    until(|| server.service.detached() == 1).await;
    gate.notify_one();
    until(|| diary.read() == "open begun finished end teardown").await;
}

#[tokio::test]
async fn after_the_grace_only_the_handler_is_dropped() {
    let diary = Diary::default();
    let noted = diary.clone();
    let handler = move |_: Request| {
        let diary = noted.clone();
        async move {
            let _guard = OnDrop(diary, "dropped");
            std::future::pending::<()>().await;
        }
    };
    let limits = Limits::new().grace(Duration::from_millis(20));
    let server = Server::start(diary.app().routes(get(handler)).limits(limits)).await;
    let mut raw = server.connect().await;
    raw.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    until(|| diary.read() == "open").await;
    drop(raw);
    let end = "open dropped end teardown(the client went away and the handler was not done in time)";
    until(|| diary.read() == end).await;
}

struct PanicOnDrop;

impl Drop for PanicOnDrop {
    fn drop(&mut self) {
        panic!("in a drop");
    }
}

#[tokio::test]
async fn a_handler_that_panics_when_it_is_dropped_changes_nothing() {
    let diary = Diary::default();
    let handler = async |_: Request| {
        let _guard = PanicOnDrop;
        std::future::pending::<()>().await;
    };
    let service = diary.app().routes(get(handler)).limits(Limits::new().grace(Duration::ZERO)).build().unwrap();
    assert!(!within(CancelAt { life: begin(&service), polls: 1 }).await);
    within(service.drained()).await;
    assert!(diary.read().starts_with("open end teardown(the client went away"), "{}", diary.read());
}

#[tokio::test]
async fn who_cannot_wait_for_the_grace_has_handlers_dropped() {
    let diary = Diary::default();
    let service = diary.app().routes(get(async |_: Request| std::future::pending::<()>().await)).build().unwrap();
    drop(begin(&service));
    service.hurry();
    within(service.drained()).await;
    assert_eq!(diary.read(), "open end teardown(the client went away and the handler was not done in time)");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_an_error() {
    let diary = Diary::default();
    let noted = diary.clone();
    let handler = move |_: Request| {
        let diary = noted.clone();
        async move {
            let _guard = OnDrop(diary, "dropped");
            std::future::pending::<()>().await;
        }
    };
    let limits = || Limits::new().handler_timeout(Duration::from_millis(10));
    let app = diary.app().routes(get(handler.clone())).limits(limits());
    within(Client::new(app.build().unwrap()).get("/").into_future()).await.assert_status(503);
    assert_eq!(diary.read(), "open dropped end teardown(the handler was not done after 10ms)");
    let app = App::new("test").routes(get(handler)).limits(limits()).on_error(async |_: TimedOut| "too slow");
    within(Client::new(app.build().unwrap()).get("/").into_future()).await.assert_status(503).assert_contains("too slow");
}

/// A scope whose parts panic where it is told to.
#[derive(Clone)]
struct Broken(Diary, &'static str);

impl Scope for Broken {
    fn open(&self) -> Arc<dyn Resource> {
        assert_ne!(self.1, "open");
        Arc::new(self.clone())
    }
}

impl Resource for Broken {
    fn around(self: Arc<Self>, step: &mut dyn FnMut()) {
        assert_ne!(self.1, "before");
        if self.1 != "never" {
            step();
        }
        assert_ne!(self.1, "after");
    }

    fn end(&self, answer: Option<StatusCode>) {
        self.0.note(answer.map_or("end".to_owned(), |status| format!("end({})", status.as_u16())));
        assert_ne!(self.1, "end");
    }
}

#[tokio::test]
async fn a_scope_that_panics() {
    #[track_caller]
    fn check(place: &'static str, status: u16, expected: &str) -> impl Future<Output = ()> {
        let diary = Diary::default();
        let (hello, expected) = (async |_: Request| "hello", expected.to_owned());
        let client = Client::new(diary.app().scope(Broken(diary.clone(), place)).routes(get(hello)).build().unwrap());
        async move {
            within(client.get("/").into_future()).await.assert_status(status);
            let ended: Vec<String> = diary.read().split("teardown").map(str::trim).map(String::from).collect();
            assert_eq!((ended[0].as_str(), ended.len()), (expected.as_str(), 2), "panic in {place}");
        }
    }
    check("nowhere", 200, "end(200)").await;
    check("open", 500, "").await;
    check("before", 500, "end(500)").await;
    check("never", 500, "end(500)").await;
    check("after", 500, "end(500)").await;
    check("end", 200, "end(200)").await;
}

#[tokio::test]
async fn the_current_request_is_known_everywhere_within() {
    let diary = Diary::default();
    let here = |diary: &Diary, place: &str| {
        let said = RequestInfo::current().map(|info| format!("{place}:{}:{}", info.path().to_owned(), info.endpoint().unwrap_or("-")));
        diary.note(said.unwrap_or_else(|| format!("{place}:none")));
    };
    let (first, second, third) = (diary.clone(), diary.clone(), diary.clone());
    let handler = move |_: Request| {
        let diary = first.clone();
        async move {
            here(&diary, "handler");
            Err::<(), _>(Failure::from(TimedOutLike))
        }
    };
    let app = App::new("test")
        .routes(get(handler))
        .on_error(move |_: TimedOutLike| {
            let diary = second.clone();
            async move { here(&diary, "error") }
        })
        .teardown(move |_, _| {
            let diary = third.clone();
            async move { here(&diary, "teardown") }
        });
    Client::new(app.build().unwrap()).get("/?x=1").await;
    assert_eq!(diary.read(), "handler:/:index error:/:index teardown:/:index");
    assert!(RequestInfo::current().is_none());
}

#[tokio::test]
async fn extensions_and_scopes_reach_the_handler() {
    let handler = async |request: Request| request.extensions().get::<&'static str>().copied().unwrap_or("nothing");
    let app = App::new("test").extension("something").routes(get(handler));
    Client::new(app.build().unwrap()).get("/").await.assert_contains("something");
}

#[test]
fn without_a_runtime_a_life_ends_with_its_drop() {
    let dropped = Arc::new(AtomicBool::new(false));
    let diary = Diary::default();
    let service = diary.app().routes(get(async |_: Request| "")).build().unwrap();
    drop(begin(&service));
    dropped.store(true, Ordering::Relaxed);
    assert_eq!(diary.read(), "open");
}

#[tokio::test]
async fn without_hooks_a_dropped_handler_leaves_nothing_to_wait_for() {
    let handler = async |_: Request| std::future::pending::<()>().await;
    let app = App::new("test").limits(Limits::new().grace(Duration::from_millis(1)));
    let service = app.routes(get(handler)).build().unwrap();
    assert!(!CancelAt { life: begin(&service), polls: 1 }.await);
    within(service.drained()).await;
    assert_eq!(service.detached(), 0);
}

#[test]
fn a_runtime_that_shuts_down_drops_detached_lives_without_a_loop() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let begun = Arc::new(AtomicUsize::new(0));
    let count = begun.clone();
    let handler = move |_: Request| {
        count.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<()>()
    };
    let service = App::new("test").routes(get(handler)).build().unwrap();
    runtime.block_on(async {
        drop(begin(&service));
        until(|| begun.load(Ordering::Relaxed) == 1).await;
    });
    drop(runtime);
}
