//! Units of work of a session, and those that an engine runs again, dropped at every await point: all of one is there or nothing, and
//! who comes next finds its connections free.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use aludel::TestContext;
use aludel::engine::Begin;
use aludel::prelude::*;
use aludel::sql::BoxFuture;

use crate::library::{Author, author, library};
use crate::servers::on_each;

/// More than any unit of work has await points.
const MOST_POLLS: usize = 300;
/// How long a connection may be on its way back, and how long a unit of work may take.
const SOON: Duration = Duration::from_secs(20);
/// The author that is there from the beginning.
const FIRST: i64 = 1;

/// A unit of work that is dropped after so many polls; `None` says that it was.
struct Work {
    name: &'static str,
    /// How many authors it adds.
    rows: i64,
    run: for<'e> fn(&'e Engine, &'e str, usize) -> End<'e>,
}

type End<'e> = BoxFuture<'e, Result<Option<()>>>;

/// Makes a [`Work`] of each block.
macro_rules! works { ($($name:literal, $rows:literal, |$engine:ident, $unit:ident, $polls:ident| $body:block)*) => {
    &[$( Work { name: $name, rows: $rows, run: |$engine, $unit, $polls| Box::pin(async move { $body }) } ),*]
} }

/// One for each public async function, under its name.
const WORKS: &[Work] = works! {
    "Session::get", 0, |engine, _unit, polls| {
        let mut db = engine.session();
        let Some(found) = after(polls, db.get::<Author>(FIRST)).await else { return Ok(None) };
        assert!(found?.is_some(), "it is there");
        Ok(Some(()))
    }
    "Session::refresh", 0, |engine, _unit, polls| {
        let mut db = engine.session();
        let first = db.get::<Author>(FIRST).await?.or_404()?;
        told(after(polls, db.refresh(first)).await)
    }
    "Session::flush", 0, |engine, unit, polls| {
        let mut db = two(engine, unit);
        told(after(polls, db.flush()).await)
    }
    "Session::begin", 2, |engine, unit, polls| {
        let mut db = two(engine, unit);
        let Some(begun) = after(polls, db.begin(Begin::IMMEDIATE)).await else { return Ok(None) };
        begun?;
        db.commit().await?;
        Ok(Some(()))
    }
    "Session::commit", 2, |engine, unit, polls| {
        let mut db = two(engine, unit);
        told(after(polls, db.commit()).await)
    }
    "Session::rollback", 0, |engine, unit, polls| {
        let mut db = two(engine, unit);
        db.flush().await?;
        told(after(polls, db.rollback()).await)
    }
    "Session::begin_nested", 2, |engine, unit, polls| {
        let mut db = two(engine, unit);
        let Some(savepoint) = after(polls, db.begin_nested()).await else { return rolled_back(db).await };
        savepoint?.commit(&mut db).await?;
        db.commit().await?;
        Ok(Some(()))
    }
    "Savepoint::commit", 2, |engine, unit, polls| {
        let mut db = engine.session();
        db.add(author(&format!("{unit} a")));
        let savepoint = db.begin_nested().await?;
        db.add(author(&format!("{unit} b")));
        let Some(kept) = after(polls, savepoint.commit(&mut db)).await else { return rolled_back(db).await };
        kept?;
        db.commit().await?;
        Ok(Some(()))
    }
    "Savepoint::rollback", 2, |engine, unit, polls| {
        let mut db = two(engine, unit);
        let savepoint = db.begin_nested().await?;
        db.add(author(&format!("{unit} c")));
        db.flush().await?;
        let Some(taken_back) = after(polls, savepoint.rollback(&mut db)).await else { return rolled_back(db).await };
        taken_back?;
        db.commit().await?;
        Ok(Some(()))
    }
    "Engine::transaction", 2, |engine, unit, polls| {
        let unit = async |mut db: Db| add_two(&mut db, unit);
        told(after(polls, engine.transaction(unit)).await)
    }
    "Engine::transaction_with", 2, |engine, unit, polls| {
        let unit = async |mut db: Db| add_two(&mut db, unit);
        told(after(polls, engine.transaction_with(Begin::IMMEDIATE, unit)).await)
    }
};

fn two(engine: &Engine, unit: &str) -> Session {
    let mut db = engine.session();
    db.add(author(&format!("{unit} a")));
    db.add(author(&format!("{unit} b")));
    db
}

fn add_two(db: &mut Session, unit: &str) -> Result {
    db.add(author(&format!("{unit} a")));
    db.add(author(&format!("{unit} b")));
    Ok(())
}

/// A session can be rolled back wherever one of its futures was dropped.
async fn rolled_back(mut db: Session) -> Result<Option<()>> {
    db.rollback().await?;
    db.get::<Author>(FIRST).await?.or_404()?;
    Ok(None)
}

fn told<E: Into<Error>>(end: Option<Result<(), E>>) -> Result<Option<()>> {
    end.transpose().map_err(Into::into)
}

/// Polls a future so many times, then drops it; what it came to, if it had come to its end.
async fn after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Drops a unit of work after so many polls; `true` if it came to its end before.
async fn visit(engine: &Engine, work: &Work, polls: usize) -> bool {
    let (what, unit) = (format!("`{}` after {polls} polls", work.name), format!("{} {polls}", work.name));
    let end = tokio::time::timeout(SOON, (work.run)(engine, &unit, polls)).await.expect(&what).expect(&what);
    let started = Instant::now();
    while engine.pool().free < engine.pool().most {
        assert!(started.elapsed() < SOON, "{what}: {:?}", engine.pool());
        tokio::task::yield_now().await;
    }
    // Nobody has locked what is there.
    let touched = Author::update().set(Author::score, polls as f64).filter(Author::id.eq(FIRST)).execute(engine);
    assert_eq!(tokio::time::timeout(SOON, touched).await.expect(&what).expect(&what), 1, "{what}");
    let written = Author::query().filter(Author::name.like(format!("{unit} _"))).count(engine).await.expect(&what);
    assert!(written == work.rows || (end.is_none() && written == 0), "{what}: {written} rows are there, and {end:?} was told");
    end.is_some()
}

#[tokio::test]
async fn at_every_await_point() {
    on_each(async |engine| {
        TestContext::serve_on(engine.clone(), library()).await?;
        let mut db = engine.session();
        db.add(author("first"));
        db.commit().await?;
        drop(db);
        for work in WORKS {
            let mut polls = 0;
            while !visit(&engine, work, polls).await {
                polls += 1;
                assert!(polls < MOST_POLLS, "`{}` does not end", work.name);
            }
        }
        Ok(())
    })
    .await;
}

/// The public async functions of a file, with the names of their types.
fn functions(text: &str, found: &mut BTreeSet<String>) {
    let mut ty = "";
    for line in text.lines() {
        if let Some(block) = line.strip_prefix("impl ") {
            ty = block.split([' ', '<']).next().unwrap_or_default();
        }
        let head = line.trim_start();
        let name = match head.strip_prefix("pub async fn ") {
            Some(name) => Some(name),
            None => head.strip_prefix("pub fn ").filter(|_| head.contains("Future<")),
        };
        if let Some(name) = name.and_then(|name| name.split(['<', '(']).next()) {
            found.insert(format!("{ty}::{name}"));
        }
    }
}

#[test]
fn every_public_async_function_is_dropped() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut expected = BTreeSet::new();
    for folder in ["src/data", "../orm/src/session"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                functions(&std::fs::read_to_string(path).unwrap(), &mut expected);
            }
        }
    }
    let listed: BTreeSet<String> = WORKS.iter().map(|work| work.name.to_owned()).collect();
    assert_eq!(listed, expected, "the list and the sources");
}
