//! How late a timer of one millisecond comes while two long statements run in other tasks. The runtime has one worker
//! thread, so that nobody else can serve the timer unless that thread's tasks are handed over.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use aludel::prelude::*;
use aludel_engine::worker;
use bench_protocol::{Answer, Form, fresh_file};
use rusqlite::Connection as Bare;
use tokio::time::{Instant, sleep_until};

const TICK: Duration = Duration::from_millis(1);
const STATEMENTS: usize = 2;
/// Takes about a second.
const LONG: &str =
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000000) SELECT count(*) FROM numbers";
const COUNTED: i64 = 10_000_000;

type Counting = Pin<Box<dyn Future<Output = Result<i64>> + Send>>;

pub(crate) fn measure(form: Form) -> Result<Answer> {
    // The caller is a task of another runtime, and none can be entered from within.
    let measured = std::thread::spawn(move || -> Result<Answer> {
        let runtime = worker::builder().worker_threads(1).build()?;
        runtime.block_on(async { tokio::spawn(watch(form)).await })?
    });
    measured.join().map_err(|_| io::Error::other("the thread of the timer panicked"))?
}

async fn watch(form: Form) -> Result<Answer> {
    let path = fresh_file("ticks")?.display().to_string();
    let statements = match form {
        Form::Engine => by_engine(&path).await?,
        Form::Inline => inline(&path)?,
    };
    let start = Instant::now();
    let tasks: Vec<_> = statements.into_iter().map(tokio::spawn).collect();
    let mut lateness = Duration::ZERO;
    while tasks.iter().any(|task| !task.is_finished()) {
        let due = Instant::now() + TICK;
        sleep_until(due).await;
        lateness = lateness.max(due.elapsed());
    }
    let statements = start.elapsed();
    for task in tasks {
        if task.await?? != COUNTED {
            return Err(io::Error::other("a statement counted wrongly").into());
        }
    }
    Ok(Answer::Ticks { lateness, statements })
}

async fn by_engine(path: &str) -> Result<Vec<Counting>> {
    let engine = Engine::new(&format!("sqlite:///{path}"))?;
    let mut statements = Vec::new();
    for _ in 0..STATEMENTS {
        let mut connection = engine.connect().await?;
        let counting = async move { Ok(raw(LONG).one(&mut connection).await?.get::<i64>(0)) };
        statements.push(Box::pin(counting) as Counting);
    }
    Ok(statements)
}

fn inline(path: &str) -> Result<Vec<Counting>> {
    let mut statements = Vec::new();
    for _ in 0..STATEMENTS {
        let connection = Bare::open(path)?;
        connection.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")?;
        let counting = async move { Ok(connection.query_row(LONG, [], |row| row.get::<_, i64>(0))?) };
        statements.push(Box::pin(counting) as Counting);
    }
    Ok(statements)
}
