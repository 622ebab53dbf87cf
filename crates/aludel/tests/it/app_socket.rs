//! Clients that close their connection while the handler waits within a transaction: a real socket, a database file, a pool
//! of one.

use std::sync::Arc;
use std::time::Duration;

use aludel::prelude::*;
use aludel::web::{Limits, bind, serve};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::library::author;
use crate::site::{Site, until};

/// What the handler tells the test, and the other way round.
#[derive(Clone, Default)]
struct Talk(Arc<(Notify, Notify)>);

#[post("/writes/{name}")]
async fn writes(mut db: Db, talk: Extension<Talk>, name: String) -> Result<&'static str> {
    db.add(author(&name));
    db.flush().await?;
    let (begun, go_on) = &*talk.0.0;
    begun.notify_one();
    go_on.notified().await;
    db.commit().await?;
    Ok("done")
}

/// Serves with this grace, asks, and closes the connection when the handler has written.
async fn leave(engine: Engine, grace: Duration) -> (Site, Talk) {
    let talk = Talk::default();
    let app = App::new("leave").routes(routes![writes]).extension(talk.clone()).limits(Limits::new().grace(grace));
    let one = Engine::new(&format!("sqlite:///{}?pool_size=1", engine.name())).unwrap();
    let site = Site::on(one, app).await;
    assert_eq!(site.engine.free_connections(), 1);
    let listener = bind("127.0.0.1", 0).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(site.service(), listener, std::future::pending(), std::future::pending()));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"POST /writes/Ann HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), talk.0.0.notified()).await.unwrap();
    assert_eq!((site.engine.free_connections(), site.ended()), (0, vec![]), "the handler holds the connection, in a transaction");
    drop(client);
    until(|| site.service().detached() == 1 || !site.ended().is_empty()).await;
    (site, talk)
}

#[aludel::test]
async fn after_the_grace_nothing_is_left_of_it(engine: Engine) {
    let (site, _talk) = leave(engine, Duration::from_millis(20)).await;
    until(|| !site.ended().is_empty()).await;
    site.check_clean(1).await;
    assert_eq!(site.ended(), ["writes: the client went away and the handler was not done in time"], "torn down once");
    assert_eq!(site.authors().await, 0);
    until(|| site.service().detached() == 0).await;
}

#[aludel::test]
async fn within_the_grace_it_goes_on_to_its_end(engine: Engine) {
    let (site, talk) = leave(engine, Duration::from_secs(30)).await;
    assert_eq!((site.ended(), site.engine.free_connections()), (vec![], 0));
    talk.0.1.notify_one();
    until(|| !site.ended().is_empty()).await;
    site.check_clean(1).await;
    assert_eq!((site.ended(), site.authors().await), (vec!["writes".to_owned()], 1));
}
