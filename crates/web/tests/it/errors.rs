//! Failures: their status, their handlers, what is logged and what teardown hooks see.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use aludel_web::{
    App, BadRequest, Client, Failure, IntoResponse, Method, MethodNotAllowed, NotFound, Panicked, PayloadTooLarge, Rejected, Request,
    Response, Route, StatusCode, html, rejection, reply,
};

use crate::support::Diary;

#[derive(Debug)]
struct Outer(Inner);
#[derive(Debug, Clone)]
struct Inner;

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}
impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("inner")
    }
}
impl Error for Inner {}
impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn get<F, Fut>(handler: F) -> Vec<Route>
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoResponse> + Send + 'static,
{
    vec![Route::new(Method::GET, "/", "index", handler)]
}

fn client(app: App) -> Client {
    Client::new(app.build().unwrap())
}

async fn fails(_: Request) -> Result<&'static str, Failure> {
    Err(Outer(Inner))?;
    Ok("")
}

#[test]
fn a_failure_is_one_word_and_keeps_its_line() {
    assert_eq!(size_of::<Failure>(), size_of::<usize>());
    let made = || -> Result<(), Failure> { Err(Inner)? };
    let line = line!() - 1;
    let failure = made().unwrap_err();
    let location = failure.location().unwrap();
    assert_eq!((location.file(), location.line()), (file!(), line));
    assert_eq!(format!("{:?}", Failure::new(Box::new(Outer(Inner)), None)), "outer\n  because: inner");
    assert!(failure.downcast::<Outer>().unwrap_err().downcast::<Inner>().is_ok());
}

#[tokio::test]
async fn the_line_is_kept_in_async_code_too() {
    let failure = fails(Request::default()).await.unwrap_err();
    assert!(failure.location().unwrap().file().ends_with("errors.rs"));
}

#[test]
fn statuses() {
    #[track_caller]
    fn check(failure: impl Into<Failure>, status: u16) {
        assert_eq!(failure.into().status().as_u16(), status);
    }
    check(NotFound::new("x"), 404);
    check(BadRequest::new("x"), 400);
    check(Inner, 500);
    check(Failure::from(Inner).with_status(StatusCode::CONFLICT), 409);
    check(Failure::from(NotFound::new("x")).with_status(StatusCode::GONE), 410);
}

#[tokio::test]
async fn an_error_handler_gets_the_error_by_value() {
    let app = App::new("test").routes(get(fails)).on_error(async |outer: Outer| format!("handled {outer} of {}", outer.0));
    client(app).get("/").await.assert_status(200).assert_contains("handled outer of inner");
}

#[tokio::test]
async fn the_handler_for_the_type_answers_and_the_last_one_counts() {
    let app = App::new("test")
        .routes(get(fails))
        .on_error(async |_: Outer| "first")
        .on_error(async |_: Outer| (StatusCode::CONFLICT, "second"))
        .on_error(async |_: Inner| "inner");
    client(app).get("/").await.assert_status(409).assert_contains("second");
}

#[tokio::test]
async fn any_shape_of_a_return_type_gives_the_error_back() {
    type Shape = Result<Result<(StatusCode, String), Failure>, Failure>;
    let nested = async |_: Request| -> Shape { Ok(Err(Inner.into())) };
    let app = || App::new("test").on_error(async |_: Inner| "typed");
    client(app().routes(get(nested))).get("/").await.assert_contains("typed");
    let tuple = async |_: Request| (StatusCode::CREATED, [("x-a", "b")], Failure::from(Inner));
    client(app().routes(get(tuple))).get("/").await.assert_contains("typed");
    let response = async |_: Request| -> Response { Failure::from(Inner).into_response() };
    client(app().routes(get(response))).get("/").await.assert_contains("typed");
    assert!(reply(Err::<(), _>(Failure::from(Inner))).unwrap_err().is::<Inner>());
}

#[tokio::test]
async fn a_page_for_a_missing_address_answers_404() {
    let app = App::new("test")
        .on_error(async |missing: NotFound| html(format!("nothing: {missing}")))
        .on_error(async |not: MethodNotAllowed| format!("only {}", not.allow()))
        .routes([Route::new(Method::POST, "/", "post", async |_: Request| "")]);
    let client = client(app);
    client.get("/x").await.assert_status(404).assert_contains("nothing: nothing is at `/x`");
    client.get("/").await.assert_status(405).assert_contains("only OPTIONS, POST").assert_header("allow", "OPTIONS, POST");
}

#[tokio::test]
async fn an_error_handler_that_fails_gives_the_500_page() {
    let failing = async |_: Outer| -> Result<String, Failure> { Err(NotFound::new("second"))? };
    let diary = Diary::default();
    client(diary.app().routes(get(fails)).on_error(failing)).get("/").await.assert_status(500);
    assert_eq!(diary.read(), "open end teardown(second)");
    let panicking = async |_: Outer| -> String { panic!("in the error handler") };
    diary.clear();
    client(diary.app().routes(get(fails)).on_error(panicking)).get("/").await.assert_status(500);
    assert_eq!(diary.read(), "open end teardown(the handler panicked: in the error handler)");
}

/// A handler of `on_error` that gives back what it got.
async fn declines<E: Error + Send + Sync + 'static>(error: E) -> Result<&'static str, Failure> {
    Err(error)?
}

#[tokio::test]
async fn an_error_handler_that_declines_leaves_all_as_it_was() {
    let line = |text: &str| text.lines().find(|line| line.starts_with('>')).map(str::to_owned);
    let app = || App::new("test").routes(get(fails)).debug(true);
    let asked = async |app: App| client(app).get("/").header("accept", "text/plain").await;
    let plain = asked(app()).await;
    let declined = asked(app().on_error(declines::<Outer>)).await;
    assert_eq!((declined.status(), line(&declined.text())), (plain.status(), line(&plain.text())));
    assert!(line(&plain.text()).is_some_and(|line| line.contains("Err(Outer(Inner))?")), "{}", plain.text());

    client(app().on_error(declines::<NotFound>)).get("/nowhere").await.assert_status(404);
    client(app().on_error(declines::<MethodNotAllowed>)).post("/").await.assert_status(405).assert_header("allow", "GET, HEAD, OPTIONS");
    let gone = async |_: Request| -> Result<(), Failure> { Err(Failure::from(Inner).with_status(StatusCode::GONE)) };
    client(App::new("test").routes(get(gone)).on_error(declines::<Inner>)).get("/").await.assert_status(410);
    let chooses = async |error: Inner| -> Result<(), Failure> { Err(Failure::from(error).with_status(StatusCode::CONFLICT)) };
    client(App::new("test").routes(get(gone)).on_error(chooses)).get("/").await.assert_status(409);
    let panics = async |_: Request| -> String { panic!("a place of its own") };
    let panicked = asked(App::new("test").routes(get(panics)).debug(true).on_error(declines::<Panicked>)).await;
    assert!(line(&panicked.text()).is_some_and(|line| line.contains("a place of its own")), "{}", panicked.text());
}

#[tokio::test]
async fn teardown_sees_unhandled_errors_only() {
    #[track_caller]
    fn check(diary: &Diary, expected: &str) {
        assert_eq!(diary.read(), expected);
        diary.clear();
    }
    let diary = Diary::default();
    client(diary.app().routes(get(fails))).get("/").await.assert_status(500);
    check(&diary, "open end teardown(outer)");
    client(diary.app().routes(get(fails)).on_error(async |_: Outer| "")).get("/").await.assert_status(200);
    check(&diary, "open end teardown");
    client(diary.app()).get("/nowhere").await.assert_status(404);
    check(&diary, "open end teardown");
    client(diary.app().routes(get(async |_: Request| "fine"))).get("/").await.assert_status(200);
    check(&diary, "open end teardown");
    client(diary.app().routes(get(async |_: Request| -> String { panic!("{}", 1 + 1) }))).get("/").await.assert_status(500);
    check(&diary, "open end teardown(the handler panicked: 2)");
}

#[tokio::test]
async fn a_panic_is_an_error_like_others() {
    let early = |_: Request| -> std::future::Ready<String> { panic!("before there is a future") };
    let app = App::new("test").routes(get(early)).on_error(async |panicked: Panicked| panicked.message().to_owned());
    client(app).get("/").await.assert_status(500).assert_contains("before there is a future");
    let odd = async |_: Request| -> String { std::panic::panic_any(7) };
    client(App::new("test").routes(get(odd))).get("/").await.assert_status(500);
}

#[tokio::test]
async fn teardown_hooks_run_in_reverse_and_one_does_not_stop_the_others() {
    let diary = Diary::default();
    let note = |what: &'static str, diary: &Diary| {
        let diary = diary.clone();
        move |_, _: Option<Arc<Failure>>| {
            let diary = diary.clone();
            async move { diary.note(what) }
        }
    };
    let app = App::new("test")
        .routes(get(fails))
        .teardown(note("first", &diary))
        .teardown(|_, _| -> std::future::Ready<()> { panic!("before there is a future") })
        .teardown(async |_, error| assert!(error.is_none(), "within"))
        .teardown(async |_, _| Err::<(), _>("failed"))
        .teardown(note("last", &diary));
    client(app).get("/").await.assert_status(500);
    assert_eq!(diary.read(), "last first");
}

#[tokio::test]
async fn rejections_become_errors() {
    let unauthorized = rejection((StatusCode::UNAUTHORIZED, [("www-authenticate", "Basic")], "who are you?")).await;
    assert_eq!(unauthorized.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(unauthorized.downcast_ref::<Rejected>().map(Rejected::text), Some("who are you?"));
    assert!(rejection(Failure::from(Inner)).await.is::<Inner>());
    let refusing = async |_: Request| -> Result<(), Failure> {
        Err(rejection((StatusCode::UNAUTHORIZED, [("www-authenticate", "Basic")], "who?")).await)
    };
    let page = client(App::new("test").routes(get(refusing))).get("/").await;
    page.assert_status(401).assert_header("www-authenticate", "Basic").assert_lacks("who?");
    let login = async |_: Request| -> Result<(), Failure> { Err(rejection(aludel_web::redirect("/login")).await) };
    client(App::new("test").routes(get(login))).get("/").await.assert_redirect("/login");
}

#[tokio::test]
async fn the_application_alone_limits_bodies() {
    let reading = async |request: Request| -> Result<String, Failure> {
        match aludel_web::axum_core::RequestExt::extract::<String, _>(request).await {
            Ok(text) => Ok(text.len().to_string()),
            Err(_) => Err(rejection((StatusCode::BAD_REQUEST, "cannot read the body")).await),
        }
    };
    let route = || vec![Route::new(Method::POST, "/", "index", reading)];
    let limits = aludel_web::Limits::new().max_body(10);
    let small = client(App::new("test").routes(route()).limits(limits));
    small.post("/").body("0123456789").await.assert_status(200).assert_contains("10");
    small.post("/").body("0123456789a").await.assert_status(413);
    let limits = aludel_web::Limits::new().max_body(10 << 20);
    let large = client(App::new("test").routes(route()).limits(limits));
    large.post("/").body(vec![b'x'; 3 << 20]).await.assert_status(200).assert_contains("3145728");
    let app = App::new("test").routes(route()).limits(aludel_web::Limits::new().max_body(1));
    let handled = client(app.on_error(async |large: PayloadTooLarge| format!("limit {}", large.limit())));
    handled.post("/").body("abc").await.assert_status(413).assert_contains("limit 1");
}
