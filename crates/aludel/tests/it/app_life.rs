//! However a request ends: its teardown runs once, its connection comes back, no transaction stays open.

use std::future::IntoFuture;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use aludel::prelude::*;
use aludel::web::Limits;
use tokio::sync::Semaphore;

use crate::library::{Author, author};
use crate::log::Log;
use crate::site::{Site, until};

static STARTED: AtomicBool = AtomicBool::new(false);
static LEFT: AtomicBool = AtomicBool::new(false);

#[post("/slow/{name}")]
async fn slow(mut db: Db, name: String) -> Result<&'static str> {
    db.add(author(&name));
    db.flush().await?;
    STARTED.store(true, Ordering::SeqCst);
    until(|| LEFT.load(Ordering::SeqCst)).await;
    db.commit().await?;
    Ok("done")
}

#[aludel::test]
async fn a_client_that_leaves_while_its_handler_awaits() {
    let site = Site::open(App::new("slow").routes(routes![slow])).await;
    let free = site.engine.free_connections();
    let mut request = site.client.post("/slow/Ann").into_future();
    while !STARTED.load(Ordering::SeqCst) {
        let poll = std::future::poll_fn(|context| Poll::Ready(request.as_mut().poll(context).is_pending())).await;
        assert!(poll);
        tokio::task::yield_now().await;
    }
    assert_eq!(site.engine.free_connections(), free - 1);
    drop(request);
    LEFT.store(true, Ordering::SeqCst);
    until(|| !site.ended().is_empty()).await;
    assert_eq!((site.ended(), site.authors().await), (vec!["slow".to_owned()], 1), "the handler ran on to its end");
    site.check_clean(free).await;
}

#[post("/panics/{name}")]
async fn panics(mut db: Db, name: String) -> Result<&'static str> {
    db.add(author(&name));
    db.flush().await?;
    panic!("on purpose");
}

#[aludel::test]
async fn a_handler_that_panics_with_an_open_transaction() {
    let site = Site::open(App::new("panics").routes(routes![panics])).await;
    let (free, log) = (site.engine.free_connections(), Log::begin());
    site.client.post("/panics/Ann").await.assert_status(500);
    assert_eq!(site.ended(), ["panics: the handler panicked: on purpose"]);
    assert_eq!(log.own_complaints().len(), 1, "the panic has told already: {:?}", log.own_complaints());
    site.check_clean(free).await;
    assert_eq!(site.authors().await, 0);
}

#[post("/count/{name}")]
async fn count(mut db: Db, name: String) -> Result<String> {
    let before = Author::query().count(&mut db).await?;
    db.add(author(&name));
    db.commit().await?;
    Ok(before.to_string())
}

#[aludel::test]
async fn two_hundred_parallel_requests_on_a_pool_of_one(engine: Engine) {
    let one = Engine::new(&format!("sqlite:////{}?pool_size=1", engine.name().trim_start_matches('/'))).unwrap();
    let site = Site::on(one, App::new("parallel").routes(routes![count])).await;
    let requests: Vec<_> = (0..200).map(|n| tokio::spawn(site.client.post(format!("/count/n{n}")).into_future())).collect();
    for request in requests {
        request.await.unwrap().assert_status(200);
    }
    assert_eq!((site.ended().len(), site.authors().await), (200, 200));
    site.check_clean(1).await;
}

/// So often may the handler `steps` go on, and so often has it stopped.
static GATE: Semaphore = Semaphore::const_new(0);
static STOPS: AtomicUsize = AtomicUsize::new(0);

async fn stop() {
    STOPS.fetch_add(1, Ordering::SeqCst);
    GATE.acquire().await.unwrap().forget();
}

/// Reads, writes twice and commits, and stops after each.
#[post("/steps/{name}")]
async fn steps(mut db: Db, engine: Engine, name: String) -> Result<&'static str> {
    stop().await;
    Author::query().count(&mut db).await?;
    stop().await;
    let first = db.add(author(&name));
    db.flush().await?;
    stop().await;
    db[first].score = 2.0;
    Author::query().all(&mut db).await?;
    stop().await;
    db.commit().await?;
    stop().await;
    Author::query().count(&engine).await?;
    let mut transaction = engine.begin_immediate().await?;
    transaction.execute(Author::update().set(Author::score, 3.0)).await?;
    stop().await;
    transaction.commit().await?;
    Ok("done")
}

/// Drops the request when its handler has gone on so often and stopped again, or when it is answered.
async fn dropped_after(site: &Site, passes: usize) {
    GATE.forget_permits(GATE.available_permits());
    GATE.add_permits(passes);
    STOPS.store(0, Ordering::SeqCst);
    let mut request = site.client.post(format!("/steps/{passes}")).into_future();
    while STOPS.load(Ordering::SeqCst) <= passes {
        let done = std::future::poll_fn(|context| Poll::Ready(request.as_mut().poll(context).is_ready())).await;
        if done {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[aludel::test]
async fn a_handler_that_is_dropped_at_every_await_in_turn() {
    let app = App::new("steps").routes(routes![steps]).limits(Limits::new().grace(Duration::ZERO));
    let site = Site::open(app).await;
    let (free, log) = (site.engine.free_connections(), Log::begin());
    dropped_after(&site, 1000).await;
    let stops = STOPS.load(Ordering::SeqCst);
    assert_eq!((site.ended(), stops, site.authors().await), (vec!["steps".to_owned()], 6, 1), "nobody dropped it");
    let mut committed = Vec::new();
    for passes in 0..stops {
        dropped_after(&site, passes).await;
        until(|| site.ended().len() == passes + 2).await;
        site.check_clean(free).await;
        committed.push(site.authors().await - 1);
    }
    assert_eq!(committed, [0, 0, 0, 0, 1, 2], "from the commit on");
    let dropped = "steps: the client went away and the handler was not done in time";
    assert!(site.ended()[1..].iter().all(|end| end == dropped), "{:?}", site.ended());
    assert_eq!(log.complaints("handler `steps` (POST) ended"), Vec::<String>::new(), "nobody forgot a commit");
}

#[post("/forgetful/{name}")]
async fn forgetful(mut db: Db, name: String) {
    db.add(author(&name));
}

#[post("/flushed/{name}")]
async fn flushed(mut db: Db, name: String) -> Result {
    db.add(author(&name));
    Ok(db.flush().await?)
}

#[aludel::test]
async fn a_handler_that_forgets_to_commit_is_named() {
    let site = Site::open(App::new("forgetful").routes(routes![forgetful, flushed])).await;
    let (free, log) = (site.engine.free_connections(), Log::begin());
    site.client.post("/forgetful/Secret").await.assert_status(200);
    site.client.post("/flushed/Secret").await.assert_status(200);
    for name in ["forgetful", "flushed"] {
        let warning = format!("WARN a session of handler `{name}` (POST) ended without commit or rollback: 1 Author added: lost");
        assert_eq!(log.complaints(&format!("`{name}`")), [warning]);
    }
    assert_eq!(log.complaints("Secret"), Vec::<String>::new(), "no value is in a message");
    site.check_clean(free).await;
    assert_eq!(site.authors().await, 0);
}

#[post("/refuses/{name}")]
async fn refuses(mut db: Db, name: String) -> Result {
    db.add(author(&name));
    None.or_404()
}

#[post("/twice/{name}")]
async fn twice(mut db: Db, name: String) -> Result {
    db.add(author(&name));
    db.add(author(&name));
    Ok(db.commit().await?)
}

#[aludel::test]
async fn what_an_error_left_undone_was_not_forgotten() {
    let app = App::new("errors").routes(routes![refuses, twice]).on_error(async |_: DbError| redirect("/form"));
    let site = Site::open(app).await;
    let log = Log::begin();
    site.client.post("/refuses/Ann").await.assert_status(404);
    site.client.post("/twice/Ann").await.assert_redirect("/form");
    assert_eq!(log.own_complaints(), Vec::<String>::new());
}

static ENDED: AtomicBool = AtomicBool::new(false);
static LATER: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

#[post("/spawns/{name}")]
async fn spawns(mut db: Db, name: String) -> Result<&'static str> {
    let added = db.add(author(&name));
    db.flush().await?;
    tokio::spawn(async move {
        until(|| ENDED.load(Ordering::SeqCst)).await;
        db[added].score = 2.0;
        let read = Author::query().count(&mut db).await.map(|_| ());
        let errors = [db.flush().await, db.commit().await, db.rollback().await, read];
        LATER.lock().unwrap().extend(errors.map(|result| format!("{:?}", result.unwrap_err())));
    });
    Ok("spawned")
}

#[aludel::test]
async fn a_session_that_is_moved_into_a_task_ends_with_its_request() {
    let site = Site::open(App::new("spawns").routes(routes![spawns])).await;
    let (free, log) = (site.engine.free_connections(), Log::begin());
    site.client.post("/spawns/Ann").await.assert_status(200);
    assert_eq!(site.ended(), ["spawns"]);
    site.check_clean(free).await;
    let warning =
        "WARN handler `spawns` (POST) ended while its `Db` was moved into a body or a task; the session is closed and rolled back";
    assert_eq!(log.complaints("`spawns`"), [warning]);
    ENDED.store(true, Ordering::SeqCst);
    until(|| !LATER.lock().unwrap().is_empty()).await;
    for error in LATER.lock().unwrap().iter() {
        assert_eq!(
            error,
            "UsageError: the session is closed: the request that it belongs to has ended\n  \
             hint: work that outlives the request needs a session of its own: `engine.session()`"
        );
    }
    assert_eq!((log.complaints("`spawns`").len(), site.authors().await), (1, 0), "told once");
    site.check_clean(free).await;
}
