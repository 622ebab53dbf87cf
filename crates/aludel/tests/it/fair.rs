//! A loop of statements that need no wait leaves its thread to other tasks now and then, and can be dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aludel::prelude::*;
use aludel::sql::MetaData;

use crate::library::{Author, author};

/// So many statements without a turn for anybody else are no coincidence.
const MANY: u32 = 20_000;

#[derive(Clone, Copy, Debug)]
enum Statement {
    EngineReads,
    SessionReads,
    SessionWrites,
    EngineWrites,
}

async fn run(what: Statement, engine: &Engine, db: &mut Session) -> Result {
    match what {
        Statement::EngineReads => drop(Author::query().first(engine).await?),
        Statement::SessionReads => drop(Author::query().first(db).await?),
        Statement::SessionWrites => {
            db.add(author(&format!("{}", Author::query().count(engine).await?)));
            db.commit().await?;
        }
        Statement::EngineWrites => drop(Author::update().set(Author::score, 2.0).execute(engine).await?),
    }
    Ok(())
}

async fn check() {
    for what in [Statement::EngineReads, Statement::SessionReads, Statement::SessionWrites, Statement::EngineWrites] {
        let engine = Engine::new("sqlite://").unwrap();
        MetaData::of(models![Author]).create_all(&engine).await.unwrap();
        let said = Arc::new(AtomicBool::new(false));
        // Of the same thread: it begins only when the loop lets it.
        tokio::spawn({
            let said = Arc::clone(&said);
            async move { said.store(true, Ordering::SeqCst) }
        });
        let mut db = engine.session();
        let mut times = 0;
        while !said.load(Ordering::SeqCst) {
            times += 1;
            assert!(times < MANY, "{what:?}: nobody else had a turn");
            run(what, &engine, &mut db).await.unwrap();
        }
    }
}

#[test]
fn on_one_worker() {
    let runtime = aludel::worker::builder().worker_threads(1).build().unwrap();
    runtime.block_on(async { tokio::spawn(check()).await.unwrap() });
}

#[test]
fn on_the_only_thread() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(check());
}
