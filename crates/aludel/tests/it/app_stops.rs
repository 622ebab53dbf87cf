//! A statement that has no end comes to no await: its request's time, and the end of the server, stop it where it stands.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aludel::prelude::*;
use aludel::web::Limits;
use tokio::io::AsyncWriteExt;

use crate::library::author;
use crate::log::Log;
use crate::site::{Site, until};

static STARTED: AtomicBool = AtomicBool::new(false);

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

#[post("/endless/{name}")]
async fn endless(mut db: Db, name: String) -> Result<&'static str> {
    db.add(author(&name));
    db.flush().await?;
    STARTED.store(true, Ordering::SeqCst);
    raw(ENDLESS).one(&mut db).await?;
    Ok("done")
}

/// What an error handler does has no deadline any more.
async fn told(error: aludel::sql::Error) -> Result<(StatusCode, String)> {
    let engine = Engine::new("sqlite://")?;
    raw("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*) FROM n").one(&engine).await?;
    Ok((StatusCode::SERVICE_UNAVAILABLE, error.to_string()))
}

#[aludel::test]
async fn the_time_of_a_handler_ends_its_statement() {
    let limits = Limits::new().handler_timeout(Duration::from_millis(50));
    let site = Site::open(App::new("endless").routes(routes![endless]).limits(limits)).await;
    let (free, log) = (site.engine.free_connections(), Log::begin());
    site.client.post("/endless/Ann").await.assert_status(500);
    let logged = log.own_complaints();
    assert!(logged.len() == 1 && logged[0].starts_with("TimeoutError: the statement was stopped"), "{logged:?}");
    assert_eq!(site.authors().await, 0, "its transaction is rolled back");
    site.check_clean(free).await;
}

#[aludel::test]
async fn what_comes_after_the_handler_has_its_own_time() {
    let limits = Limits::new().handler_timeout(Duration::from_millis(50));
    let app = App::new("endless").routes(routes![endless]).limits(limits);
    let site = Site::open(app.on_error(told)).await;
    let answer = site.client.post("/endless/Ann").await;
    answer.assert_status(503);
    assert!(answer.text().contains("the statement was stopped"), "{}", answer.text());
}

#[aludel::test]
async fn the_end_of_the_server_ends_a_statement() {
    let site = Site::open(App::new("endless").routes(routes![endless]).limits(Limits::new().grace(Duration::from_millis(50)))).await;
    let free = site.engine.free_connections();
    let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    let (address, service) = (listener.local_addr().unwrap(), site.service());
    let (end, told_to_end) = tokio::sync::oneshot::channel::<()>();
    let told_to_end = async move { told_to_end.await.unwrap() };
    let served = tokio::spawn(aludel::web::serve(service, listener, told_to_end, std::future::pending()));
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client.write_all(b"POST /endless/Ann HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    until(|| STARTED.load(Ordering::SeqCst)).await;
    end.send(()).unwrap();
    assert_eq!(served.await.unwrap().unwrap().given_up(), 0, "the statement went on");
    assert_eq!(site.authors().await, 0);
    site.check_clean(free).await;
}
