//! What listeners hear.

use std::sync::{Arc, Mutex, PoisonError};

use aludel_engine::{Begin, Engine, Event, Savepoint};

use super::list::cases;
use crate::people::{all as select, create, insert};

type Diary = Arc<Mutex<Vec<String>>>;

fn listen(engine: &Engine) -> Diary {
    let diary = Diary::default();
    let entries = Arc::clone(&diary);
    engine.listen(move |event| {
        let entry = match event {
            Event::Connect { error, .. } => format!("connect {}", error.is_none()),
            Event::CheckOut { .. } => "out".to_owned(),
            Event::CheckIn => "in".to_owned(),
            Event::BeforeExecute(execution) => format!("run {}", execution.sql.split(' ').next().unwrap_or_default()),
            Event::AfterExecute(execution, executed) => {
                let file = execution.caller.map_or("nobody", |caller| caller.file().rsplit('/').next().unwrap_or_default());
                let failed = executed.error.map_or("", |error| error.kind().name());
                format!("ran {} {} {file} {failed}", executed.rows, executed.affected).trim().to_owned()
            }
            Event::Begin => "begin".to_owned(),
            Event::Commit => "commit".to_owned(),
            Event::Rollback => "rollback".to_owned(),
            Event::Savepoint(step) => format!("{step:?}"),
            other => format!("{other:?}"),
        };
        entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    });
    diary
}

fn told(diary: &Diary) -> Vec<String> {
    std::mem::take(&mut *diary.lock().unwrap_or_else(PoisonError::into_inner))
}

cases! {
    /// Connections, statements with their rows and their caller, transactions and savepoints.
    events, |engine| {
        create(engine).await?;
        let diary = listen(engine);
        engine.execute(insert("ann")).await?;
        assert_eq!(told(&diary), ["out", "run INSERT", "ran 0 1 events.rs", "in"]);
        select().all(engine).await?;
        assert_eq!(told(&diary), ["out", "run SELECT", "ran 1 0 events.rs", "in"]);
        engine.execute(insert("ann")).await.expect_err("the name is taken");
        assert_eq!(told(&diary), ["out", "run INSERT", "ran 0 0 events.rs IntegrityError", "in"]);
        let mut connection = engine.connect().await?;
        connection.start(Begin::IMMEDIATE).await?;
        connection.savepoint(Savepoint::Set(1)).await?;
        connection.rollback().await?;
        connection.start(Begin::IMMEDIATE).await?;
        connection.commit().await?;
        drop(connection);
        assert_eq!(told(&diary), ["out", "begin", "Set(1)", "rollback", "begin", "commit", "in"]);
    }
    /// A statement whose future is dropped is told too.
    cancelled_statement, |engine| {
        create(engine).await?;
        let diary = listen(engine);
        let mut stream = select().stream(engine).await?;
        assert!(stream.next().await?.is_none());
        assert_eq!(told(&diary), ["out", "run SELECT", "ran 0 0 events.rs", "in"]);
        for name in ["a", "b"].map(|letter| letter.repeat(3)) {
            engine.execute(insert(&name)).await?;
        }
        for number in 0..100 {
            engine.execute(insert(format!("{number}"))).await?;
        }
        told(&diary);
        let stream = select().stream(engine).await?;
        drop(stream);
        assert_eq!(told(&diary)[..3], ["out", "run SELECT", "ran 64 0 events.rs"]);
    }
}
