//! Rows: some of them, by name and position; and what is left when their taker stops.

use std::any::Any;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aludel_sql::{Discard, Entity, ErrorKind, Executable, Result, RowRef, Sink, Step, raw, select as select_columns};

use super::list::cases;
use crate::people::{EMAIL, ID, NAME, People, all as select, create, insert, insert_all, names};

/// Fails at the second row.
struct Refuses(usize);

impl Sink for Refuses {
    fn row(&mut self, _row: &dyn RowRef, _tracker: &mut dyn Any) -> Result<Step> {
        self.0 += 1;
        match self.0 {
            1 => Ok(Step::More),
            _ => Err(aludel_sql::Error::usage("enough")),
        }
    }
}

/// Polls a future so often, then drops it; `true` if it was over before.
async fn poll_times<T>(times: usize, future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    for _ in 0..times {
        if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return true;
        }
        // tidy: condition, how far the future comes between two polls is the server's
        tokio::time::sleep(std::time::Duration::from_micros(300)).await;
    }
    matches!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(_))
}

cases! {
    /// The rest of a result is nobody's.
    first_of_many, |engine| {
        create(engine).await?;
        for number in 0..200 {
            engine.execute(insert(format!("name {number:03}"))).await?;
        }
        let mut connection = engine.connect().await?;
        for _ in 0..10 {
            let row = select().order_by(ID).first(&mut connection).await?.expect("a row");
            assert_eq!(row.get(NAME), "name 000");
        }
        assert_eq!(select().all(&mut connection).await?.len(), 200);
    }
    /// What takes the rows fails: its error is told, and the connection goes on.
    a_sink_that_fails, |engine| {
        create(engine).await?;
        for name in ["a", "b", "c"] {
            engine.execute(insert(name)).await?;
        }
        let mut connection = engine.connect().await?;
        let error = connection.run_with(&select().into_statement(), &mut Refuses(0), &mut ()).await.expect_err("it refuses");
        assert_eq!(error.to_string(), "UsageError: enough");
        assert_eq!(select().count(&mut connection).await?, 3);
    }
    /// Rows one by one: all of them, or some, while others write.
    streams, |engine| {
        create(engine).await?;
        let expected: Vec<_> = (0..5_000).map(|number| format!("name {number:04}")).collect();
        for chunk in expected.chunks(1_000) {
            engine.run_alone(&insert_all(chunk, false), &mut Discard).await?;
        }
        let query = select_columns(NAME).order_by(ID);
        let mut stream = query.stream(engine).await?;
        let mut found = Vec::new();
        while let Some(name) = stream.next().await? {
            found.push(name);
            if found.len() == 100 {
                engine.execute(insert("meanwhile")).await?;
            }
        }
        assert!(stream.next().await?.is_none(), "it stays at its end");
        drop(stream);
        assert_eq!(found, expected, "what came later is not of its moment");
        for taken in [0, 1, 63, 64, 65, 1_000] {
            let mut connection = engine.connect().await?;
            let mut stream = query.stream(&mut connection).await?;
            for expected in &expected[..taken] {
                assert_eq!(stream.next().await?.as_ref(), Some(expected));
            }
            drop(stream);
            assert_eq!(select().count(&mut connection).await?, 5_001, "dropped after {taken}");
        }
        let wrong = select_columns(aludel_sql::Column::<People, i64>::new(<People as Entity>::table(), 1));
        let error = wrong.stream(engine).await.map(drop).expect_err("a name is no number");
        assert!(matches!(error.kind(), ErrorKind::Data { .. }), "{error:?}");
        assert!(select().filter(NAME.eq("nobody")).stream(engine).await?.next().await?.is_none());
    }
    /// By name, by position, by column; and what is not there.
    by_name_and_position, |engine| {
        create(engine).await?;
        engine.execute(insert("ann")).await?;
        let row = select().one(engine).await?;
        assert_eq!((row.get::<String>("name"), row.get::<i64>(0), row.get(EMAIL)), ("ann".into(), 1, None));
        assert_eq!(*row.try_get::<String>("nobody").expect_err("no column").kind(), ErrorKind::Usage);
        assert!(matches!(row.try_get::<i64>("name").expect_err("a text").kind(), ErrorKind::Data { column: Some(name) } if name == "name"));
        assert!(matches!(row.try_get::<String>("email").expect_err("NULL").kind(), ErrorKind::Data { .. }));
    }
    /// The columns of a table, and of none.
    columns_of_a_table, |engine| {
        create(engine).await?;
        let mut connection = engine.connect().await?;
        let columns: Vec<_> = connection.columns("people").await?.iter().map(|column| (column.name.to_string(), column.nullable, column.primary_key)).collect();
        let expected = [("id", false, true), ("name", false, false), ("email", true, false), ("boss_id", true, false)];
        assert_eq!(columns, expected.map(|(name, nullable, key)| (name.to_owned(), nullable, key)));
        assert!(connection.columns("nowhere").await?.is_empty());
    }
    /// Futures dropped after one poll, two, and so on: no transaction is left, no row is lost or foreign.
    cancelled_anywhere, |engine| {
        create(engine).await?;
        engine.execute(insert("first")).await?;
        for times in 0..12 {
            poll_times(times, async {
                let mut transaction = engine.begin().await?;
                transaction.execute(insert("never")).await?;
                select().all(&mut transaction).await?;
                std::future::pending::<()>().await;
                transaction.commit().await
            })
            .await;
            poll_times(times, raw("SELECT 4711 AS foreign_row").all(engine)).await;
            let row = select().first(engine).await?.expect("a row");
            assert_eq!(row.get(NAME), "first");
        }
        engine.execute(insert("last")).await?;
        assert_eq!(names(engine).await?, ["first", "last"]);
        assert!(!engine.connect().await?.has_written());
    }
}
