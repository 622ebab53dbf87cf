//! What an application looks at before it serves: its routes, its database, its tables.

use aludel::TestContext;
use aludel::prelude::*;

#[derive(Model, Debug)]
#[table(name = "people")]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[get("/")]
async fn index() -> &'static str {
    ""
}

#[get("/")]
async fn other() -> &'static str {
    ""
}

/// The error with which an application on a database does not start; nothing if it does.
async fn error(engine: &Engine, app: App) -> String {
    let started = TestContext::serve_on(engine.clone(), app).await;
    started.err().map(|error| error.to_string()).unwrap_or_default()
}

/// Makes the table in another way, and starts an application that maps it.
#[track_caller]
fn check_table(engine: &Engine, made: &'static str, expected: &str) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    let database = rusqlite::Connection::open(engine.name()).unwrap();
    database.execute_batch(&format!("DROP TABLE IF EXISTS people; CREATE TABLE people ({made})")).unwrap();
    async move {
        let error = error(engine, App::new("start").models(models![Person])).await;
        assert!(error.contains(expected) && error.is_empty() == expected.is_empty(), "{place}: {error}");
    }
}

#[aludel::test]
async fn columns_are_found_as_the_database_finds_them(engine: Engine) -> Result {
    let file = Engine::new(&format!("sqlite:///{}", engine.name()))?;
    check_table(&file, "id INTEGER PRIMARY KEY, name TEXT", "").await;
    check_table(&file, "ID INTEGER PRIMARY KEY, Name TEXT", "").await;
    check_table(&file, "id INTEGER PRIMARY KEY, name TEXT AS ('n' || id) VIRTUAL", "").await;
    check_table(&file, "id INTEGER PRIMARY KEY, name TEXT AS ('n' || id) STORED", "").await;
    check_table(&file, "id INTEGER PRIMARY KEY, nmae TEXT", "has no column `name`").await;
    Ok(())
}

#[aludel::test]
async fn a_wrong_path_is_noticed_without_models(engine: Engine) -> Result {
    let absent = Engine::new(&format!("sqlite:///{}/absent/database.db", engine.name()))?;
    assert!(error(&absent, App::new("start")).await.contains("ConnectError"));
    Ok(())
}

#[aludel::test]
async fn routes_that_clash_leave_no_database(engine: Engine) -> Result {
    let path = format!("{}-clash", engine.name());
    let clashing = Engine::new(&format!("sqlite:///{path}"))?;
    assert!(error(&clashing, App::new("start").routes(routes![index, other])).await.contains("both answer `GET /`"));
    assert!(!std::path::Path::new(&path).exists());
    Ok(())
}
