//! Many handlers at a time, and one handler that stands in its own way: never a hang, never `database is locked`.

use std::future::IntoFuture;
use std::time::{Duration, Instant};

use aludel::prelude::*;

use crate::library::{Author, author};
use crate::log::Log;
use crate::site::Site;

#[post("/write/{name}")]
async fn write(mut db: Db, name: String) -> Result<String> {
    let before = Author::query().count(&mut db).await?;
    tokio::task::yield_now().await;
    let added = db.add(author(&name));
    db.flush().await?;
    tokio::task::yield_now().await;
    db[added].score = before as f64;
    db.commit().await?;
    Ok(db[added].id.to_string())
}

/// Sends 64 requests at a time.
async fn check_parallel(site: &Site) {
    let requests: Vec<_> = (0..64).map(|n| tokio::spawn(site.client.post(format!("/write/n{n}")).into_future())).collect();
    let mut keys = Vec::new();
    for request in requests {
        let page = request.await.unwrap();
        page.assert_status(200);
        keys.push(page.text().parse::<i64>().unwrap());
    }
    keys.sort_unstable();
    assert_eq!(keys, (1..=64).collect::<Vec<_>>());
    assert_eq!(site.authors().await, 64);
}

fn app() -> App {
    App::new("together").routes(routes![write, then_engine, two, engine_first])
}

/// The same file with a pool of one.
fn pool_of_one(engine: &Engine) -> Engine {
    Engine::new(&format!("sqlite:////{}?pool_size=1", engine.name().trim_start_matches('/'))).unwrap()
}

#[aludel::test]
async fn sixty_four_handlers_that_read_then_write_then_commit(engine: Engine) {
    check_parallel(&Site::open(app()).await).await;
    check_parallel(&Site::on(pool_of_one(&engine), app()).await).await;
    check_parallel(&Site::on(Engine::new("sqlite://").unwrap(), app()).await).await;
}

#[post("/then-engine/{name}")]
async fn then_engine(mut db: Db, engine: Engine, name: String) -> Result<String> {
    db.add(author(&name));
    db.flush().await?;
    engine.execute(Author::update().set(Author::score, 0.0)).await?;
    Ok("written".into())
}

#[post("/two/{name}")]
async fn two(mut first: Db, _second: Db, name: String) -> Result<String> {
    first.add(author(&name));
    Ok("written".into())
}

#[post("/engine-first/{name}")]
async fn engine_first(mut db: Db, engine: Engine, name: String) -> Result<String> {
    let mut transaction = engine.begin().await?;
    transaction.execute(Author::update().set(Author::score, 0.0)).await?;
    transaction.execute(Author::insert().set(Author::name, "by the engine").set(Author::score, 0.0)).await?;
    db.add(author(&name));
    db.commit().await?;
    Ok("written".into())
}

/// Sends a request that waits for itself, and looks for its error.
async fn check_refused(site: &Site, path: &str, says: &str) {
    let (free, log, started) = (site.engine.free_connections(), Log::begin(), Instant::now());
    site.client.post(path).await.assert_status(500);
    let logged = log.own_complaints();
    assert!(logged.len() == 1 && logged[0].starts_with("DeadlockError: ") && logged[0].contains(says), "{logged:?}");
    assert!(started.elapsed() < Duration::from_secs(3), "at once, and not after the time that one waits for others");
    site.check_clean(free).await;
    assert_eq!(site.authors().await, 0);
}

#[aludel::test]
async fn a_handler_that_stands_in_its_own_way_is_told_at_once(engine: Engine) {
    let writer = "is held by the same request or task that waits for it: handler `";
    let last = "is held by the same request or task that waits for one: handler `";
    let twice = "the session of the request is taken twice at a time by handler `two` (POST)";
    let sites = [
        (Site::open(app()).await, writer),
        (Site::on(pool_of_one(&engine), app()).await, writer),
        (Site::on(Engine::new("sqlite://").unwrap(), app()).await, last),
    ];
    for (site, waits) in &sites {
        check_refused(site, "/then-engine/Ann", waits).await;
        check_refused(site, "/engine-first/Ann", waits).await;
        check_refused(site, "/two/Ann", twice).await;
    }
}
