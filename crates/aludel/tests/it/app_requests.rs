//! What a handler can ask for, what it is answered with, and what an application does about errors.

use aludel::prelude::*;

use crate::library::{Author, author};
use crate::log::Log;
use crate::site::Site;

#[get("/author/{id}")]
async fn show(mut db: Db, id: i64) -> Result<String> {
    let author = db.get::<Author>(id).await?.or_404()?;
    Ok(db[author].name.clone())
}

#[post("/authors/{name}")]
async fn add(mut db: Db, name: String) -> Result<Response> {
    let added = db.add(author(&name));
    db.commit().await?;
    Ok(redirect(url_for!(show, id = db[added].id)))
}

#[get("/taken")]
async fn taken(_db: Db) -> &'static str {
    "a session that was not used"
}

/// The body is read last, wherever it stands among the arguments.
#[post("/mixed/{id}")]
async fn mixed(body: String, headers: HeaderMap, engine: Engine, id: i64, mut db: Db) -> Result<String> {
    let agent = headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or("nobody").to_owned();
    let by_engine = Author::query().count(&engine).await?;
    db.add(author(&body));
    let by_session = Author::query().count(&mut db).await?;
    db.commit().await?;
    Ok(format!("{id} {agent} {body} {by_engine} {by_session}"))
}

fn app() -> App {
    App::new("requests").routes(routes![show, add, taken, mixed])
}

#[aludel::test]
async fn objects_by_url() {
    let site = Site::open(app()).await;
    site.client.post("/authors/Ann%20%2F%20B").await.assert_redirect("/author/1");
    site.client.get("/author/1").await.assert_status(200).assert_contains("Ann / B");
    site.client.get("/author/2").await.assert_status(404);
    site.client.get("/author/x").await.assert_status(404);
    assert_eq!(site.ended(), ["add", "show", "show", "-"]);
    assert_eq!(
        (url_for!(show, id = 3).to_string(), url_for!(add, name = "a b/ü").to_string()),
        ("/author/3".into(), "/authors/a%20b%2F%C3%BC".into())
    );
}

#[aludel::test]
async fn extractors_of_every_kind_in_any_order() {
    let site = Site::open(app()).await;
    let page = site.client.post("/mixed/7").header("user-agent", "test").body("Ann").await;
    page.assert_status(200);
    assert_eq!(page.text(), "7 test Ann 0 1");
    site.client.post("/mixed/7").body(vec![0xff]).await.assert_status(400);
    assert_eq!(site.authors().await, 1);
}

#[aludel::test]
async fn what_needs_no_database_takes_no_connection(engine: Engine) {
    let one = Engine::new(&format!("sqlite:///{}?pool_size=1", engine.name())).unwrap();
    let site = Site::on(one, app()).await;
    let held = site.engine.connect().await.unwrap();
    site.client.get("/nowhere").await.assert_status(404);
    site.client.get("/author/x").await.assert_status(404);
    site.client.options("/author/1").await.assert_status(204);
    site.client.post("/taken").await.assert_status(405);
    site.client.head("/taken").await.assert_status(200);
    site.client.get("/taken").await.assert_status(200);
    drop(held);
    site.client.head("/author/1").await.assert_status(404);
}

#[derive(Debug)]
struct Taken(DbError);

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "taken: {}", self.0)
    }
}

impl std::error::Error for Taken {}

#[aludel::test]
async fn an_error_handler_gets_the_error_by_value() {
    let handler = async |error: DbError| {
        // By value: it can be wrapped and handed on.
        let Taken(error) = Taken(error);
        let constraint = error.as_integrity().and_then(|integrity| integrity.constraint.clone());
        (StatusCode::CONFLICT, constraint.unwrap_or_default())
    };
    let site = Site::open(app().on_error(handler)).await;
    let log = Log::begin();
    site.client.post("/authors/Ann").await.assert_status(303);
    site.client.post("/authors/Ann").await.assert_status(409).assert_contains("uq_authors_name");
    site.client.get("/author/1").await.assert_status(200);
    assert_eq!(site.ended(), ["add", "add", "show"], "an error that was handled is none for the teardown");
    assert_eq!(log.own_complaints(), Vec::<String>::new());
}

#[aludel::test]
async fn the_teardown_gets_the_error_that_nobody_handled() {
    let site = Site::open(app()).await;
    let log = Log::begin();
    site.client.post("/authors/Ann").await;
    site.client.post("/authors/Ann").await.assert_status(500);
    let error = "IntegrityError: the unique constraint `uq_authors_name` of table `authors` on `name` is violated";
    assert_eq!(site.ended(), ["add".to_owned(), format!("add: {error}")]);
    let logged = log.own_complaints();
    assert!(logged.len() == 1 && logged[0].starts_with(error), "{logged:?}");
}

#[aludel::test]
async fn a_teardown_that_fails_is_logged() {
    let site = Site::open(app().teardown(async |_, _| Err::<(), _>("the disk is full"))).await;
    let log = Log::begin();
    site.client.get("/author/1").await.assert_status(404);
    let logged = log.own_complaints();
    assert!(logged.len() == 1 && logged[0].starts_with("a teardown hook failed: the disk is full"), "{logged:?}");
    assert_eq!(site.ended(), ["show"], "the other hook runs all the same");
}

#[aludel::test]
async fn only_a_debug_build_shows_what_went_wrong() {
    let details = ["INSERT INTO authors", "uq_authors_name", "app_requests.rs"];
    let asked_for = Site::open(app().debug(true)).await;
    asked_for.client.post("/authors/Ann").await;
    let page = asked_for.client.post("/authors/Ann").await;
    for detail in details {
        assert_eq!(page.text().contains(detail), cfg!(debug_assertions), "{detail}");
    }
    let refused = Site::open(app().debug(false)).await;
    refused.client.post("/authors/Ann").await;
    let page = refused.client.post("/authors/Ann").await;
    page.assert_status(500);
    for detail in details {
        page.assert_lacks(detail);
    }
}
