//! The server `axum`: examples/people.rs by hand, with a connection for each worker thread and cached statements.
//! Started as `bench-web-axum run --port PORT` in the folder of its database.

use std::cell::OnceCell;
use std::error::Error;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::{get, post};
use rusqlite::{Connection, OptionalExtension};

const OPTIONS: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON";
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS people(id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL UNIQUE)";

thread_local! {
    static CONNECTION: OnceCell<Connection> = const { OnceCell::new() };
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(3).ok_or("usage: bench-web-axum run --port PORT")?;
    open()?.execute_batch(SCHEMA)?;
    let app = Router::new().route("/", get(index)).route("/people/{name}", post(add));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    Ok(axum::serve(listener, app).await?)
}

async fn index() -> Result<String, StatusCode> {
    let name = with_connection(|db| {
        let mut statement = db.prepare_cached("SELECT id, name FROM people WHERE id = ?1 LIMIT 1")?;
        statement.query_row([1], |row| row.get::<_, String>(1)).optional()
    });
    name?.ok_or(StatusCode::NOT_FOUND)
}

async fn add(Path(name): Path<String>) -> Result<Redirect, StatusCode> {
    with_connection(|db| db.prepare_cached("INSERT INTO people(name) VALUES (?1)")?.execute([&name]))?;
    Ok(Redirect::to("/"))
}

fn with_connection<T>(work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StatusCode> {
    let done = CONNECTION.with(|cell| {
        if let Some(db) = cell.get() {
            return work(db);
        }
        let db = open()?;
        work(cell.get_or_init(|| db))
    });
    done.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

fn open() -> rusqlite::Result<Connection> {
    let db = Connection::open("database.db")?;
    db.execute_batch(OPTIONS)?;
    Ok(db)
}
