//! What a client sees of an error: nothing in release, everything in debug on this very machine, escaped.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use aludel_web::{App, Body, Client, Explanation, Failure, Method, NotFound, Page, Peer, Request, Route, Service, StatusCode};
use http_body_util::BodyExt;

use crate::support::Diary;

/// What a browser says that it reads.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[derive(Debug)]
struct Secret;
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the password is <b>hunter2</b>")
    }
}
impl std::error::Error for Secret {}

#[derive(Debug)]
struct Wrapped(Secret);
impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("could not log in")
    }
}
impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

async fn fails(_: Request) -> Result<(), Failure> {
    Err(Wrapped(Secret))? // the line of the question mark
}

fn service(debug: bool) -> Service {
    let panics = async |_: Request| -> String { panic!("hunter2 panicked") };
    let explain = |error: &(dyn std::error::Error + 'static)| {
        error.downcast_ref::<Secret>().map(|_| Explanation {
            title: "Secrets".into(),
            sections: vec![("Statement".into(), "SELECT <1>\nFROM hunter2".into())],
            hint: Some("say nothing & wait".into()),
        })
    };
    let routes = [
        Route::new(Method::GET, "/", "index", fails),
        Route::new(Method::GET, "/panic", "panic", panics),
        Route::new(Method::GET, "/people/{id}", "people", async |_: Request| Err::<(), _>(Failure::from(NotFound::new("hunter2")))),
    ];
    App::new("test").routes(routes).explain(explain).debug(debug).build().unwrap()
}

#[tokio::test]
async fn release_tells_status_and_request_id_only() {
    let client = Client::new(service(false));
    for (url, status) in [("/", 500), ("/panic", 500), ("/people/1", 404), ("/hunter2", 404)] {
        let page = client.get(url).header("accept", BROWSER).await;
        page.assert_status(status)
            .assert_lacks("hunter2")
            .assert_lacks("log in")
            .assert_lacks(".rs")
            .assert_lacks("people")
            .assert_contains("Request ");
        page.assert_header("content-type", "text/html; charset=utf-8");
    }
    let text = client.get("/").header("accept", "application/json").await.text().into_owned();
    let id = text.trim_end().rsplit(' ').next().unwrap().to_owned();
    expect_test::expect![[r#"
        500 Internal Server Error

        Request (id)
    "#]]
    .assert_eq(&text.replace(&id, "(id)"));
}

#[tokio::test]
async fn debug_tells_everything_and_escapes_it() {
    let page = Client::new(service(true))
        .get("/?q=%3Cscript%3E'x'")
        .header("accept", BROWSER)
        .header("cookie", "a=hunter3")
        .header("authorization", "hunter3")
        .header("x-odd", "<i>")
        .await;
    page.assert_status(500)
        .assert_contains("<h1>500 Internal Server Error: Secrets</h1>")
        .assert_contains("could not log in")
        .assert_contains("the password is &lt;b&gt;hunter2&lt;/b&gt;")
        .assert_contains("SELECT &lt;1&gt;\nFROM hunter2")
        .assert_contains("say nothing &amp; wait")
        .assert_contains("// the line of the question mark</mark>")
        .assert_contains("pages.rs:")
        .assert_contains("endpoint: index")
        .assert_contains("x-odd: &lt;i&gt;")
        .assert_contains("cookie: (masked)")
        .assert_lacks("hunter3")
        .assert_contains("GET /?q=%3Cscript%3E&#39;x&#39;")
        .assert_lacks("<b>")
        .assert_lacks("<i>");
}

#[tokio::test]
async fn html_is_for_those_who_name_it() {
    let (html, text) = ("text/html; charset=utf-8", "text/plain; charset=utf-8");
    let expected =
        [(BROWSER, html), ("TEXT/HTML", html), ("*/*", text), ("text/*", text), ("application/json", text), ("image/png, */*;q=0.8", text)];
    for (accept, expected) in expected {
        Client::new(service(true)).get("/").header("accept", accept).await.assert_header("content-type", expected);
    }
    Client::new(service(true)).get("/").await.assert_header("content-type", text);
}

#[tokio::test]
async fn debug_answers_in_text_to_who_reads_no_html() {
    let page = Client::new(service(true)).get("/").header("accept", "text/plain").await;
    page.assert_contains("hint: say nothing & wait").assert_contains("the password is <b>hunter2</b>").assert_contains(">  ");
}

/// The line that is marked on the text page of a panic, and the heading above it.
#[tokio::test]
async fn debug_shows_the_line_of_a_panic() {
    let page = Client::new(service(true)).get("/panic").header("accept", "text/plain").await;
    let text = page.text();
    let marked: Vec<_> = text.lines().filter(|line| line.starts_with('>')).collect();
    assert!(marked.len() == 1 && marked[0].contains(r#"panic!("hunter2 panicked")"#), "{text}");
    let number = marked[0].split_whitespace().nth(1).unwrap();
    page.assert_contains(&format!("\ncrates/web/tests/it/pages.rs:{number}\n"));
}

#[tokio::test]
async fn the_panic_hook_that_was_there_is_called_once() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_ours = info.payload_as_str() == Some("hunter2 panicked for the hook");
        CALLS.fetch_add(usize::from(is_ours), Ordering::SeqCst);
        before(info);
    }));
    let panics = async |_: Request| -> String { panic!("hunter2 panicked for the hook") };
    for asked in 1..=3 {
        let app = App::new("test").routes([Route::new(Method::GET, "/", "index", panics)]).debug(true);
        Client::new(app.build().unwrap()).get("/").await.assert_contains("pages.rs:");
        assert_eq!(CALLS.load(Ordering::SeqCst), asked);
    }
}

/// What is raised again passes no hook: the place of an earlier panic would be a wrong one.
#[tokio::test]
async fn a_panic_without_a_place_has_none() {
    let raises = async |_: Request| -> String {
        let caught = std::panic::catch_unwind(|| panic!("hunter2 was caught"));
        tokio::task::yield_now().await;
        std::panic::resume_unwind(caught.unwrap_err())
    };
    let app = App::new("test").routes([Route::new(Method::GET, "/", "index", raises)]).debug(true);
    let page = Client::new(app.build().unwrap()).get("/").await;
    page.assert_status(500).assert_contains("hunter2 was caught").assert_lacks("pages.rs");
}

#[tokio::test]
async fn a_missing_page_lists_routes_nearby() {
    let client = Client::new(service(true));
    client.get("/poeple/1").await.assert_status(404).assert_contains("Routes nearby").assert_contains("/people/{id}");
    client.get("/people/1").await.assert_status(404).assert_lacks("Routes nearby");
}

/// Asks for the failing page as a peer with these headers; says whether the answer told anything.
async fn tells(service: &Service, peer: &str, headers: &[(&str, &str)]) -> bool {
    let mut request = Request::new(Body::empty());
    for (name, value) in headers {
        request.headers_mut().append(aludel_web::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    let peer: SocketAddr = peer.parse().unwrap();
    let response = service.handle(request, Peer::Address(peer)).await;
    let text = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8_lossy(&text).contains("hunter2")
}

#[tokio::test]
async fn only_this_machine_sees_the_debug_page() {
    async fn check(peer: &str, headers: &[(&str, &str)], expected: bool) {
        assert_eq!(tells(&service(true), peer, headers).await, expected, "{peer} {headers:?}");
        assert!(!tells(&service(false), peer, headers).await, "{peer} {headers:?} in release");
    }
    let local = "127.0.0.1:999";
    check(local, &[("host", "localhost")], true).await;
    check(local, &[("host", "LocalHost:5000")], true).await;
    check(local, &[("host", "127.0.0.1:5000")], true).await;
    check("[::1]:999", &[("host", "[::1]:5000")], true).await;
    check("[::ffff:127.0.0.1]:999", &[("host", "localhost")], true).await;
    check("192.168.0.7:999", &[("host", "localhost")], false).await;
    check("[2001:db8::1]:999", &[("host", "localhost")], false).await;
    check(local, &[], false).await;
    check(local, &[("host", "evil.example")], false).await;
    check(local, &[("host", "localhost.evil.example")], false).await;
    check(local, &[("host", "127.0.0.1.evil.example")], false).await;
    check(local, &[("host", "localhost:5000@evil.example")], false).await;
    check(local, &[("host", "localhost"), ("host", "evil.example")], false).await;
    for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-real-ip", "via"] {
        check(local, &[("host", "localhost"), (name, "127.0.0.1")], false).await;
    }
}

#[tokio::test]
async fn an_absolute_target_counts_as_a_host() {
    let page: Page = Client::new(service(true)).get("http://evil.example/").header("host", "localhost").await;
    page.assert_lacks("hunter2");
}

#[test]
fn a_server_error_is_logged_once_and_a_missing_page_not_at_all() {
    let diary = Diary::default();
    let log = Log(diary.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(log, || {
        runtime.block_on(async {
            let client = Client::new(service(false));
            client.get("/nowhere").await;
            client.get("/").await;
            client.get("/panic").await;
        });
    });
    let log = diary.read();
    let panicked: Vec<_> = log.split("message=").filter(|line| line.starts_with("the handler panicked")).collect();
    assert!(panicked.len() == 1 && panicked[0].contains("location=crates/web/tests/it/pages.rs:"), "{log}");
    assert_eq!(log.matches("could not log in").count(), 1, "{log}");
    for part in ["method=GET", "details=\"Statement: SELECT", "endpoint=\"index\"", "pages.rs:", "causes=\"the password", "request="] {
        assert!(log.contains(part), "{part} is not in {log}");
    }
    assert!(!log.contains("nowhere"), "{log}");
}

/// What is logged while the failing page is asked for, without the number of the request.
#[track_caller]
fn check_logged(app: App, expected: &str) {
    let diary = Diary::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let client = Client::new(app.routes([Route::new(Method::GET, "/", "index", fails)]).build().unwrap());
    tracing::subscriber::with_default(Log(diary.clone()), || runtime.block_on(async { client.get("/").await }));
    let log = diary.read();
    let places = log.matches("pages.rs:").count();
    let messages: Vec<&str> = log.split("message=").skip(1).map(|rest| rest.split(" request=").next().unwrap()).collect();
    assert_eq!(format!("{} at {places}", messages.join(", ")), expected, "{log}");
}

#[test]
fn what_an_error_handler_answers_is_logged_if_it_is_a_server_error() {
    let app = || App::new("test");
    check_logged(app(), "could not log in at 1");
    check_logged(app().on_error(async |error: Wrapped| (StatusCode::CONFLICT, error.to_string())), " at 0");
    check_logged(app().on_error(async |_: Wrapped| (StatusCode::SERVICE_UNAVAILABLE, "later")), "could not log in at 1");
    check_logged(app().on_error(async |error: Wrapped| Err::<(), Failure>(error.into())), "could not log in at 1");
    check_logged(app().on_error(async |_: Wrapped| Err::<(), Failure>(NotFound::new("no page").into())), "no page at 1");
}

/// Writes errors and warnings into a diary.
struct Log(Diary);

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::WARN
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        struct Fields(String);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
                self.0.push_str(&format!("{}={value:?} ", field.name()));
            }
        }
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        self.0.note(fields.0);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}
