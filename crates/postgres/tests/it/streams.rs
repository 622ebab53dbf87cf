//! Rows as they come: all, some, with pauses; and statements that are stopped or sent together.

use std::any::Any;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use aludel_driver_suite::streams::a_slow_taker_needs_no_memory;
use aludel_engine::{Compiler, Driver, Job, Rows};
use aludel_sql::{ErrorKind, Executable, Outcome, Result, RowRef, Shape, Sink, Statement, Step, raw};

use crate::people::{all, insert};
use crate::world::World;

/// Takes rows, pauses after each for a while, and has enough after some.
#[derive(Default)]
struct Slow {
    rows: Vec<i64>,
    enough: usize,
    waits: usize,
    left: usize,
    executed: Vec<Outcome>,
}

impl Slow {
    fn step(&mut self, row: &dyn RowRef) -> Result<Step> {
        self.rows.extend(row.int(0)?);
        self.left = self.waits;
        Ok(match self.rows.len() {
            taken if taken == self.enough => Step::Enough,
            _ if self.waits > 0 => Step::Pause,
            _ => Step::More,
        })
    }

    fn ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Sink for Slow {
    fn row(&mut self, row: &dyn RowRef, _tracker: &mut dyn Any) -> Result<Step> {
        self.step(row)
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.ready(context)
    }

    fn executed(&mut self, outcome: Outcome) {
        self.executed.push(outcome);
    }
}

impl Rows for Slow {
    fn row(&mut self, row: &dyn RowRef) -> Result<Step> {
        self.step(row)
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.ready(context)
    }

    fn executed(&mut self, outcome: Outcome) {
        self.executed.push(outcome);
    }
}

const NUMBERS: &str = "SELECT g::int8, repeat('x', 1000) FROM generate_series(1, 20000) AS g";

#[tokio::test]
async fn some_rows_with_pauses() {
    let world = World::new().await;
    let engine = world.engine();
    let mut connection = engine.connect().await.expect("a connection");
    for (enough, waits) in [(0, 0), (0, 2), (10, 0), (1, 3), (19_999, 0)] {
        let mut sink = Slow { enough, waits, ..Slow::default() };
        connection.run_with(&raw(NUMBERS).into_statement(), &mut sink, &mut ()).await.expect("the rows");
        let expected = if enough == 0 { 20_000 } else { i64::try_from(enough).expect("few") };
        assert!(sink.rows.into_iter().eq(1..=expected));
        assert_eq!(sink.executed, [Outcome::default()]);
    }
}

#[tokio::test]
async fn a_slow_taker() {
    let world = World::new().await;
    a_slow_taker_needs_no_memory(&world.engine(), "SELECT g::int8, repeat('x', 20000) FROM generate_series(1, 40000) AS g").await;
}

#[tokio::test]
async fn of_a_long_query_little_is_read() {
    let (world, engine) = World::with_people().await;
    world.execute_outside("INSERT INTO people (name) SELECT 'name ' || g || repeat(' ', 20) FROM generate_series(1, 100000) AS g").await;
    let started = Instant::now();
    let mut connection = engine.connect().await.expect("a connection");
    let mut sink = Slow { enough: 1, ..Slow::default() };
    connection.run_with(&all().into_statement(), &mut sink, &mut ()).await.expect("the first row");
    assert_eq!(sink.rows.len(), 1);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(raw("SELECT 1::int8").one(&mut connection).await.expect("its own answer").get::<i64>(0), 1);
}

#[tokio::test]
async fn a_row_that_is_refused_ends_the_statement() {
    let world = World::new().await;
    let engine = world.engine();
    let mut connection = engine.connect().await.expect("a connection");
    let mut sink = Slow::default();
    let error = connection.run_with(&raw("SELECT 'a' FROM generate_series(1, 1000)").into_statement(), &mut sink, &mut ()).await;
    assert!(matches!(error.expect_err("no integer").kind(), ErrorKind::Data { column: Some(_) }));
    assert_eq!(raw("SELECT 1::int8").one(&mut connection).await.expect("its own answer").get::<i64>(0), 1);
}

async fn run_all(world: &World, statements: &[Statement]) -> (Result<Vec<Outcome>>, Vec<Slow>, bool) {
    let driver = world.driver();
    let mut connection = driver.connect().await.expect("a connection");
    let compiler = Compiler::default();
    let shapes: Vec<_> = statements.iter().map(|statement| Shape::of(statement, driver.dialect()).expect("a shape")).collect();
    let jobs: Vec<_> = statements.iter().zip(&shapes).map(|(statement, shape)| Job::new(statement, shape, &compiler)).collect();
    let mut sinks: Vec<_> = statements.iter().map(|_| Slow::default()).collect();
    let mut rows: Vec<_> = sinks.iter_mut().map(|sink| sink as &mut dyn Rows).collect();
    connection.begin(aludel_engine::Begin::default()).await.expect("to begin");
    let result = connection.run_all(&jobs, &mut rows).await;
    let open = connection.in_transaction();
    match result {
        Ok(_) => connection.commit().await.expect("to commit"),
        Err(_) => connection.rollback().await.expect("to roll back"),
    }
    assert!(connection.is_fit());
    (result, sinks, open)
}

#[tokio::test]
async fn statements_that_go_out_together() {
    let (world, _engine) = World::with_people().await;
    let read = |sql| raw(sql).into_statement();
    let statements = [
        insert("a").into_statement(),
        read("SELECT 1::int8"),
        insert("b").into_statement(),
        read("SELECT 1::int8"),
        read("SELECT g::int8 FROM generate_series(1, 3) AS g"),
    ];
    let (result, sinks, open) = run_all(&world, &statements).await;
    assert_eq!(result.expect("to run").iter().map(|outcome| outcome.affected).collect::<Vec<_>>(), [1, 0, 1, 0, 0]);
    assert_eq!(sinks.iter().map(|sink| sink.rows.clone()).collect::<Vec<_>>(), [vec![], vec![1], vec![], vec![1], vec![1, 2, 3]]);
    assert!(open);
    assert_eq!(world.count().await, 2);
    // One that fails: the later ones have not run.
    let statements = [insert("c").into_statement(), insert("a").into_statement(), insert("d").into_statement()];
    let (result, sinks, open) = run_all(&world, &statements).await;
    let error = result.expect_err("the name is there");
    assert!(error.as_integrity().is_some() && error.sql().is_some_and(|sql| sql.starts_with("INSERT")), "{error:?}");
    assert_eq!((sinks[0].executed.len(), sinks[1].executed.len(), sinks[2].executed.len(), open), (1, 0, 0, true));
    // One that makes what the next one names.
    let statements =
        [read("CREATE TABLE made (a BIGINT)"), read("INSERT INTO made VALUES (1), (2)"), read("SELECT sum(a)::int8 FROM made")];
    let (result, sinks, _) = run_all(&world, &statements).await;
    assert_eq!(result.expect("to run")[1].affected, 2);
    assert_eq!(sinks[2].rows, [3]);
}

#[tokio::test]
async fn a_statement_is_stopped_from_elsewhere() {
    let world = World::new().await;
    let driver = world.driver();
    let mut connection = driver.connect().await.expect("a connection");
    let cancel = connection.canceller().expect("a server can be asked");
    let (statement, compiler) = (raw("SELECT pg_sleep(60)").into_statement(), Compiler::default());
    let shape = Shape::of(&statement, driver.dialect()).expect("a shape");
    let job = Job::new(&statement, &shape, &compiler);
    connection.begin(aludel_engine::Begin::default()).await.expect("to begin");
    let mut sink = Slow::default();
    let order = async {
        while world.running("pg_sleep").await == 0 {}
        cancel().await.expect("to ask");
    };
    let (result, ()) = tokio::join!(connection.run(&job, &mut sink), order);
    assert_eq!(*result.expect_err("stopped").kind(), ErrorKind::Cancelled);
    assert!(connection.in_transaction());
    connection.rollback().await.expect("to roll back");
    connection.ping().await.expect("it is there");
    assert!(connection.is_fit());
}
