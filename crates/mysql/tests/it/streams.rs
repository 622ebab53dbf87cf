//! Rows as they come: in bounded memory, with pauses, and in any number.

use std::any::Any;
use std::task::{Context, Poll};
use std::time::Duration;

use aludel_sql::{Executable, Result, RowRef, Sink, Step, raw};

use crate::world::{World, execute, number};

/// Takes rows, and pauses after each.
struct Slow {
    taken: u64,
    bytes: usize,
    waits: u32,
    pauses: u64,
    most: u64,
}

impl Sink for Slow {
    fn row(&mut self, row: &dyn RowRef, _tracker: &mut dyn Any) -> Result<Step> {
        self.taken += 1;
        self.bytes += row.text(1)?.map_or(0, str::len);
        self.waits = 2;
        Ok(if self.taken == self.most { Step::Enough } else { Step::Pause })
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.waits == 0 {
            return Poll::Ready(());
        }
        self.waits -= 1;
        self.pauses += 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
}

#[tokio::test]
async fn a_slow_taker_needs_no_memory() {
    let (_world, engine) = World::with_people().await;
    let statement = raw("SELECT seq, REPEAT('x', 20000) FROM seq_1_to_10000").into_statement();
    let mut connection = engine.connect().await.expect("a connection");
    let mut slow = Slow { taken: 0, bytes: 0, waits: 0, pauses: 0, most: u64::MAX };
    let before = memory();
    connection.run_with(&statement, &mut slow, &mut ()).await.expect("to run");
    assert_eq!((slow.taken, slow.bytes, slow.pauses), (10_000, 200_000_000, 20_000));
    let grown = memory().saturating_sub(before);
    assert!(grown < 60_000, "200 MB of rows took {grown} kB");
}

#[tokio::test]
async fn one_that_pauses_and_is_dropped() {
    let (world, _) = World::with_people().await;
    let engine = world.small_engine(1);
    let statement = raw("SELECT seq, REPEAT('x', 2000) FROM seq_1_to_1000000").into_statement();
    for millis in [1, 5, 20] {
        let mut connection = engine.connect().await.expect("a connection");
        let mut slow = Slow { taken: 0, bytes: 0, waits: 0, pauses: 0, most: u64::MAX };
        drop(tokio::time::timeout(Duration::from_millis(millis), connection.run_with(&statement, &mut slow, &mut ())).await);
        drop(connection);
        assert_eq!(number(&engine, "SELECT 5").await, 5);
    }
    let mut connection = engine.connect().await.expect("a connection");
    let mut slow = Slow { taken: 0, bytes: 0, waits: 0, pauses: 0, most: 3 };
    connection.run_with(&statement, &mut slow, &mut ()).await.expect("enough");
    assert_eq!(slow.taken, 3);
}

#[tokio::test]
async fn rows_of_no_columns_and_no_rows() {
    let (_world, engine) = World::with_people().await;
    assert_eq!(raw("SELECT * FROM people").all(&engine).await.expect("rows").len(), 0);
    assert_eq!(raw("DELETE FROM people").all(&engine).await.expect("no rows").len(), 0);
    execute(&engine, "CREATE TABLE wide (a INT)").await;
    assert_eq!(raw("INSERT INTO wide VALUES (1), (2) RETURNING a").all(&engine).await.expect("rows").len(), 2);
    assert_eq!(raw("SELECT a FROM wide").all(&engine).await.expect("rows").len(), 2);
    execute(&engine, "ALTER TABLE wide ADD COLUMN b INT DEFAULT 7, DROP COLUMN a").await;
    let rows = raw("SELECT * FROM wide").all(&engine).await.expect("rows");
    assert_eq!(rows[0].get::<i64>("b"), 7);
}

#[tokio::test]
async fn a_statement_that_is_kept_sees_new_columns() {
    let (world, _) = World::with_people().await;
    let engine = world.small_engine(1);
    execute(&engine, "CREATE TABLE changing (a INT)").await;
    execute(&engine, "INSERT INTO changing VALUES (1)").await;
    let names = async || -> Vec<String> {
        let row = raw("SELECT * FROM changing").one(&engine).await.expect("a row");
        row.names().iter().map(|name| name.to_string()).collect()
    };
    assert_eq!(names().await, ["a"]);
    execute(&engine, "ALTER TABLE changing ADD COLUMN b VARCHAR(5) DEFAULT 'x'").await;
    assert_eq!(names().await, ["a", "b"]);
    execute(&engine, "ALTER TABLE changing CHANGE a c BIGINT").await;
    assert_eq!(names().await, ["c", "b"]);
}
