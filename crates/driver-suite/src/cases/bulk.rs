//! Bulk inserts: all rows or none, however they come, whatever stops them.

use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use aludel_engine::{Begin, Engine};
use aludel_sql::{
    BatchSize, Batches, BulkInsert, BulkProgress, Constraint, Error, ErrorKind, Executor, Result, Statement, TableRef, Value,
};

use super::list::cases;
use crate::people::{NAME, TABLE, create, insert, names};

/// More than two batches, and an odd number.
const MANY: usize = 2_500;

fn name(nth: usize) -> String {
    format!("name {nth:05}")
}

fn bulk<'r>(rows: impl Iterator<Item = String> + Send + 'r) -> BulkInsert<'r> {
    BulkInsert::of_values(TableRef::Static(&TABLE), vec![NAME.position()], rows.map(|name| vec![Value::Text(name.into())]))
}

/// Rows that have to be waited for before each batch, and may fail to come.
struct Slow<'r> {
    rows: BulkInsert<'r>,
    batches: usize,
    /// At which batch there is an error instead.
    fails_at: usize,
    waits: bool,
}

impl<'r> Slow<'r> {
    fn new(rows: BulkInsert<'r>, fails_at: usize) -> Self {
        Self { rows, batches: 0, fails_at, waits: true }
    }
}

impl Batches for Slow<'_> {
    fn width(&self) -> usize {
        self.rows.width()
    }

    fn poll_next(&mut self, context: &mut Context<'_>, most: BatchSize) -> Poll<Result<Option<Statement>>> {
        if std::mem::replace(&mut self.waits, false) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        (self.batches, self.waits) = (self.batches + 1, true);
        match self.batches == self.fails_at {
            true => Poll::Ready(Err(Error::usage("the source has run dry"))),
            false => self.rows.poll_next(context, most),
        }
    }

    fn sent(&mut self, progress: BulkProgress) {
        self.rows.sent(progress);
    }
}

/// Inserts rows of which one is as another before it, and checks what is told.
async fn is_refused(executor: impl Executor) {
    let twice = bulk((0..MANY).map(|nth| name(if nth == 2_000 { 7 } else { nth })));
    let error = twice.execute(executor).await.expect_err("a second row of a name");
    let integrity = error.as_integrity().expect("a violated constraint");
    assert_eq!(
        (integrity.kind, integrity.table.as_deref(), &*integrity.columns),
        (Constraint::Unique, Some("people"), &["name".to_owned()][..])
    );
    assert!(!format!("{error:?}").contains("name 0"), "no value is told: {error:?}");
}

async fn too_long(executor: impl Executor) {
    let long = bulk((0..MANY).map(|nth| if nth == 2_000 { "x".repeat(51) } else { name(nth) }));
    let error = long.execute(executor).await.expect_err("a long name");
    assert!(matches!(error.kind(), ErrorKind::Data { column: Some(column) } if column == "name"), "{error:?}");
}

async fn count(engine: &Engine) -> Result<u64> {
    crate::people::all().count(engine).await.map(|count| count as u64)
}

cases! {
    /// Any number of rows, in their order, with a report of each batch.
    rows, |engine| {
        create(engine).await?;
        for (before, number) in [(0, MANY), (MANY, 1), (MANY + 1, 1_024), (MANY + 1_025, 0)] {
            let told = Mutex::new(Vec::new());
            let rows = bulk((before..before + number).map(name)).progress(|progress| told.lock().expect("no panic").push(progress));
            assert_eq!(rows.execute(engine).await?, number as u64);
            let told = told.into_inner().expect("no panic");
            assert!(told.is_sorted_by(|one, next| one.rows < next.rows && one.bytes <= next.bytes), "{told:?}");
            assert_eq!(told.last().map_or(0, |last| last.rows), number as u64);
            assert_eq!(told.len() > 2, number > 2_048, "every batch is told of: {told:?}");
        }
        assert!(names(engine).await?.into_iter().eq((0..MANY + 1_025).map(name)));
        // A connection of its own, and a few long rows.
        let mut connection = engine.connect().await?;
        assert_eq!(bulk((0..3).map(|nth| format!("other {nth}"))).execute(&mut connection).await?, 3);
        assert!(!connection.is_open());
    }
    /// A part of the transaction that is open.
    within_a_transaction, |engine| {
        create(engine).await?;
        let mut transaction = engine.begin().await?;
        transaction.execute(insert("first")).await?;
        bulk((0..MANY).map(name)).execute(&mut transaction).await?;
        transaction.rollback().await?;
        assert_eq!(count(engine).await?, 0);
        let mut transaction = engine.begin().await?;
        bulk((0..MANY).map(name)).execute(&mut transaction).await?;
        transaction.execute(insert("last")).await?;
        transaction.commit().await?;
        assert_eq!(count(engine).await?, MANY as u64 + 1);
    }
    /// A row that the database refuses: none is there, and the transaction around them goes on.
    refused, |engine| {
        create(engine).await?;
        is_refused(engine).await;
        too_long(engine).await;
        assert_eq!(count(engine).await?, 0);
        let mut transaction = engine.begin().await?;
        transaction.execute(insert("first")).await?;
        is_refused(&mut transaction).await;
        transaction.execute(insert("second")).await?;
        too_long(&mut transaction).await;
        transaction.commit().await?;
        assert_eq!(names(engine).await?, ["first", "second"]);
        let wrong = BulkInsert::of_values(TableRef::Static(&TABLE), vec![NAME.position()], [vec![Value::Null], vec![]]);
        assert_eq!(*wrong.execute(engine).await.expect_err("a row of no value").kind(), ErrorKind::Usage);
        let null = BulkInsert::of_values(TableRef::Static(&TABLE), vec![NAME.position()], [vec![Value::Null]]);
        let error = null.execute(engine).await.expect_err("NULL");
        assert!(error.as_integrity().is_some_and(|it| it.kind == Constraint::NotNull && it.columns == ["name"]), "{error:?}");
        let kind = BulkInsert::of_values(TableRef::Static(&TABLE), vec![3, 1], [vec![Value::Int(4711), Value::Text("child".into())]]);
        let error = kind.execute(engine).await.expect_err("there is no such boss");
        assert!(error.as_integrity().is_some_and(|it| it.kind == Constraint::ForeignKey && it.table.as_deref() == Some("people")), "{error:?}");
        assert_eq!(names(engine).await?, ["first", "second"]);
    }
    /// What goes on for ever ends where the database refuses it.
    endless, |engine| {
        create(engine).await?;
        let mut taken = 0_u64;
        let rows = bulk((0..).map(|nth| { taken += 1; if nth == 1 { name(0) } else { name(nth) } }));
        let error = rows.execute(engine).await.expect_err("a second row of a name");
        assert!(error.as_integrity().is_some(), "{error:?}");
        assert_eq!(count(engine).await?, 0);
        assert!(taken < 10_000_000, "{taken} rows were taken");
    }
    /// The source fails, at once and later: its error is told, and none of the rows is there.
    its_source_fails, |engine| {
        create(engine).await?;
        for fails_at in 1..=3 {
            let error = engine.load(&mut Slow::new(bulk((0..MANY).map(name)), fails_at)).await.expect_err("it fails");
            assert_eq!(error.to_string().lines().next(), Some("UsageError: the source has run dry"));
            let mut connection = engine.connect().await?;
            connection.start(Begin::default()).await?;
            connection.execute(insert(format!("kept {fails_at}"))).await?;
            connection.load(&mut Slow::new(bulk((0..MANY).map(name)), fails_at)).await.expect_err("it fails");
            connection.commit().await?;
        }
        assert_eq!(names(engine).await?, ["kept 1", "kept 2", "kept 3"]);
    }
    /// Dropped after so many polls: none of the rows is there, and a transaction around them is gone with them, which is told.
    dropped, |engine| {
        create(engine).await?;
        for micros in (0..12).map(|nth| nth * nth * 150) {
            // Names of their own: a server may be at taking back what was cut while the next rows come.
            let mut slow = Slow::new(bulk((0..).map(|nth| format!("{micros} {nth}"))), 0);
            let cut = tokio::time::timeout(Duration::from_micros(micros), engine.load(&mut slow)).await;
            assert!(cut.is_err(), "what has no end is dropped");
            let mut connection = engine.connect().await?;
            connection.start(Begin::default()).await?;
            connection.execute(insert("never")).await?;
            let mut slow = Slow::new(bulk((0..).map(|nth| format!("{nth} {micros}"))), 0);
            assert!(tokio::time::timeout(Duration::from_micros(micros + 300), connection.load(&mut slow)).await.is_err());
            let rest = async {
                connection.execute(insert("alone")).await?;
                connection.commit().await
            };
            match rest.await {
                // It had not sent anything yet.
                Ok(()) => {
                    assert_eq!(names(engine).await?, ["never", "alone"]);
                    engine.execute(crate::people::delete()).await?;
                }
                Err(error) => assert_eq!(*error.kind(), ErrorKind::Usage, "{error:?}"),
            }
            drop(connection);
            assert_eq!(count(engine).await?, 0, "after {micros} µs");
        }
    }
}
