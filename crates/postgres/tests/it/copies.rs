//! COPY: rows in binary, bytes in and out; and what is left of a connection when one fails or is dropped.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use aludel_engine::{Begin, Engine, Event};
use aludel_postgres::{CopyIn, CopyOut};
use aludel_sql::{BulkInsert, Constraint, ErrorKind, TableRef, Value, raw};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::people::{NAME, TABLE, insert};
use crate::world::{World, execute, number};

const INTO: &str = "COPY people (name, email) FROM STDIN (FORMAT csv)";

fn bulk(names: impl Iterator<Item = String> + Send + 'static) -> BulkInsert<'static> {
    BulkInsert::of_values(TableRef::Static(&TABLE), vec![NAME.position()], names.map(|name| vec![Value::Text(name.into())]))
}

/// Checks that every connection of the engine works, answers what it is asked, and is in no transaction.
async fn all_are_in_step(world: &World, engine: &Engine) {
    for nth in 0..6 {
        let row = raw("SELECT :n + 1").bind("n", nth).one(engine).await.expect("an answer");
        assert_eq!(row.get::<i32>(0), nth + 1, "the answer to another question");
    }
    world.until_idle().await;
}

#[tokio::test]
async fn bytes_out_and_in() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    let csv: String = (0..20_000).map(|nth| format!("name {nth},\"a, \"\"b\"\"\"\n")).collect();
    let mut told = Vec::new();
    let rows = CopyIn::new(INTO).progress(|bytes| told.push(bytes)).read_from(&mut connection, &mut csv.as_bytes()).await.expect("rows");
    assert_eq!((rows, world.count().await), (20_000, 20_000));
    assert!(told.is_sorted() && told.len() > 4 && told.last() == Some(&(csv.len() as u64)), "{told:?}");
    let mut out = Vec::new();
    let copy = CopyOut::new("COPY (SELECT name, email FROM people ORDER BY id) TO STDOUT (FORMAT csv)");
    let bytes = copy.write_to(&mut connection, &mut out).await.expect("bytes");
    assert_eq!((bytes, out.len()), (csv.len() as u64, csv.len()));
    assert_eq!(String::from_utf8(out).expect("text"), csv);
    // In binary, and within a transaction that sees its own rows, and is taken back.
    let mut transaction = connection.begin().await.expect("a transaction");
    transaction.execute(insert("only here")).await.expect("a row");
    let mut binary = Vec::new();
    CopyOut::new("COPY people TO STDOUT (FORMAT binary)").write_to(&mut transaction, &mut binary).await.expect("bytes");
    transaction.execute(raw("TRUNCATE people")).await.expect("to delete");
    let copied = CopyIn::new("COPY people FROM STDIN (FORMAT binary)").read_from(&mut transaction, &mut &binary[..]).await.expect("rows");
    assert_eq!(copied, 20_001);
    transaction.rollback().await.expect("to roll back");
    assert_eq!(world.count().await, 20_000);
    let mut empty = Vec::new();
    CopyOut::new("COPY (SELECT 1 WHERE false) TO STDOUT").write_to(&mut connection, &mut empty).await.expect("no bytes");
    assert!(empty.is_empty());
    assert_eq!(CopyIn::new(INTO).read_from(&mut connection, &mut &b""[..]).await.expect("no rows"), 0);
    all_are_in_step(&world, &engine).await;
}

#[tokio::test]
async fn what_is_no_row_is_refused() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    let into = |sql: &'static str, text: &'static str| (CopyIn::new(sql), text.as_bytes());
    let (copy, mut text) = into("COPY people (name, boss_id) FROM STDIN (FORMAT csv)", "ann,\nbob,secret\n");
    let error = copy.read_from(&mut connection, &mut text).await.expect_err("no number");
    assert!(matches!(error.kind(), ErrorKind::Data { column: Some(column) } if column == "boss_id"), "{error:?}");
    assert!(error.advice().is_some_and(|hint| hint.ends_with("it is line 2 of what was copied")), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"), "a value is told");
    let (copy, mut text) = into(INTO, "ann,\nann,\n");
    let error = copy.read_from(&mut connection, &mut text).await.expect_err("a second one");
    assert!(error.as_integrity().is_some_and(|it| it.kind == Constraint::Unique && it.columns == ["name"]), "{error:?}");
    for sql in ["SELECT 1", "COPY people TO STDOUT", "COPY people FROM '/tmp/rows'"] {
        let error = CopyIn::new(sql).read_from(&mut connection, &mut &b""[..]).await.expect_err("another statement");
        assert_eq!(*error.kind(), ErrorKind::Usage, "{sql}: {error:?}");
    }
    let error = CopyOut::new(INTO).write_to(&mut connection, &mut Vec::new()).await.expect_err("another statement");
    assert_eq!(*error.kind(), ErrorKind::Usage, "{error:?}");
    assert_eq!(raw("SELECT 7").one(&mut connection).await.expect("the connection goes on").get::<i32>(0), 7);
    assert_eq!(world.count().await, 0);
    all_are_in_step(&world, &engine).await;
}

/// Whatever the server refuses before it has read a row, nobody gets the answer to somebody else's question.
#[tokio::test]
async fn refused_before_the_first_row() {
    let (world, engine) = World::with_people().await;
    execute(&engine, "CREATE VIEW viewed AS SELECT name FROM people").await;
    for sql in ["COPY nowhere FROM STDIN", "COPY people (nothing) FROM STDIN", "COPY viewed FROM STDIN"] {
        let mut connection = engine.connect().await.expect("a connection");
        CopyIn::new(sql).read_from(&mut connection, &mut &b"ann\n"[..]).await.expect_err(sql);
        drop(connection);
        all_are_in_step(&world, &engine).await;
    }
    // A trigger of the statement fails once the server has said that it takes rows.
    execute(&engine, "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no rows here'; END$$").await;
    execute(&engine, "CREATE TRIGGER refuses BEFORE INSERT ON people FOR EACH STATEMENT EXECUTE FUNCTION refuse()").await;
    let csv = "ann,\n".repeat(100_000);
    for _ in 0..3 {
        let mut connection = engine.connect().await.expect("a connection");
        let error = CopyIn::new(INTO).read_from(&mut connection, &mut csv.as_bytes()).await.expect_err("refused");
        assert!(matches!(error.kind(), ErrorKind::Data { .. }), "{error:?}");
        drop(connection);
        all_are_in_step(&world, &engine).await;
        let error = bulk((0..50_000).map(|nth| format!("name {nth}"))).execute(&engine).await.expect_err("refused");
        assert!(matches!(error.kind(), ErrorKind::Data { .. }), "{error:?}");
        all_are_in_step(&world, &engine).await;
    }
    let mut transaction = engine.begin_with(Begin::default().read_only()).await.expect("a transaction");
    let error = bulk(["ann".to_owned()].into_iter()).execute(&mut transaction).await.expect_err("it only reads");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
    drop(transaction);
    all_are_in_step(&world, &engine).await;
    assert_eq!(world.count().await, 0);
}

/// Rows go by COPY, and who listens hears of it once.
#[tokio::test]
async fn rows_go_by_copy() {
    let (world, engine) = World::with_people().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    engine.listen(move |event| {
        if let Event::AfterExecute(execution, executed) = event {
            ear.lock().expect("no panic").push((execution.sql.to_owned(), executed.affected));
        }
    });
    bulk((0..5_000).map(|nth| format!("name {nth}"))).execute(&engine).await.expect("rows");
    assert_eq!(*heard.lock().expect("no panic"), [("COPY people (name) FROM STDIN (FORMAT binary)".to_owned(), 5_000)]);
    let error = bulk(["name 7".to_owned()].into_iter()).execute(&engine).await.expect_err("a second one");
    assert_eq!(error.sql(), Some("COPY people (name) FROM STDIN (FORMAT binary)"));
    // What another program has changed meanwhile is seen.
    world.execute_outside("ALTER TABLE people ALTER name TYPE varchar(50), ALTER email TYPE bytea USING NULL").await;
    let wrong = BulkInsert::of_values(TableRef::Static(&TABLE), vec![1, 2], [vec![Value::Text("ann".into()), Value::Text("a@b".into())]]);
    let error = wrong.execute(&engine).await.expect_err("bytes are expected");
    assert!(matches!(error.kind(), ErrorKind::Data { column: Some(column) } if column == "email"), "{error:?}");
    assert_eq!(number(&engine, "SELECT count(*) FROM people").await, 5_000);
    all_are_in_step(&world, &engine).await;
}

/// Gives so many bytes, and then nothing any more; takes so many, and then no more.
struct Stuck(usize);

impl AsyncRead for Stuck {
    fn poll_read(mut self: Pin<&mut Self>, _context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        if self.0 == 0 {
            return Poll::Pending;
        }
        let row = format!("name {},\n", self.0);
        let taken = row.len().min(buffer.remaining());
        buffer.put_slice(&row.as_bytes()[..taken]);
        self.0 -= 1;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stuck {
    fn poll_write(mut self: Pin<&mut Self>, _context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        match self.0 {
            0 => Poll::Pending,
            _ => {
                self.0 = self.0.saturating_sub(bytes.len());
                Poll::Ready(Ok(bytes.len()))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn dropped_anywhere() {
    let (world, engine) = World::with_people().await;
    execute(&engine, "CREATE VIEW viewed AS SELECT name, email FROM people").await;
    for micros in (0..14).map(|nth| nth * nth * 120) {
        let limit = Duration::from_micros(micros);
        let mut connection = engine.connect().await.expect("a connection");
        let (mut reader, mut writer) = (Stuck(3_000), Stuck(100_000));
        let copy = CopyIn::new(INTO).read_from(&mut connection, &mut reader);
        assert!(tokio::time::timeout(limit, copy).await.is_err(), "it has no end");
        let answer = raw("SELECT 11").one(&mut connection).await.expect("the connection goes on");
        assert_eq!(answer.get::<i32>(0), 11);
        let copy = CopyIn::new("COPY viewed (name, email) FROM STDIN (FORMAT csv)");
        // Refused, or dropped before that was told.
        let _either = tokio::time::timeout(limit, copy.read_from(&mut connection, &mut Stuck(3_000))).await;
        drop(connection);
        let mut connection = engine.connect().await.expect("a connection");
        let copy = CopyOut::new("COPY (SELECT generate_series(1, 100000000)) TO STDOUT");
        assert!(tokio::time::timeout(limit, copy.write_to(&mut connection, &mut writer)).await.is_err(), "it has no end");
        drop(connection);
        all_are_in_step(&world, &engine).await;
        assert_eq!(world.count().await, 0, "after {micros} µs");
    }
}

/// A statement that writes is a write, and is known as one: in its transaction, and where nothing may be written.
#[tokio::test]
async fn out_of_what_is_written() {
    let (world, engine) = World::with_people().await;
    let sql = "COPY (INSERT INTO people (name) VALUES ('ann') RETURNING name) TO STDOUT";
    let mut transaction = engine.begin().await.expect("a transaction");
    let mut out = Vec::new();
    CopyOut::new(sql).write_to(&mut transaction, &mut out).await.expect("bytes");
    assert_eq!(out, b"ann\n");
    transaction.rollback().await.expect("to roll back");
    assert_eq!(world.count().await, 0);
    CopyOut::new(sql).write_to(&mut engine.connect().await.expect("a connection"), &mut out).await.expect("bytes");
    assert_eq!(world.count().await, 1);
    all_are_in_step(&world, &engine).await;
}

/// Takes a few bytes, and then fails.
struct Full;

impl AsyncWrite for Full {
    fn poll_write(self: Pin<&mut Self>, _context: &mut Context<'_>, _bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Poll::Ready(Err(std::io::ErrorKind::StorageFull.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The server is stopped: the rest of what it would send is not read first.
#[tokio::test]
async fn a_writer_that_fails_stops_the_server() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    for _ in 0..10 {
        let copy = CopyOut::new("COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT");
        let error = tokio::time::timeout(Duration::from_secs(5), copy.write_to(&mut connection, &mut Full)).await;
        let error = error.expect("it ends").expect_err("the writer fails");
        assert_eq!(*error.kind(), ErrorKind::Storage, "{error:?}");
        let answer = raw("SELECT 11").one(&mut connection).await.expect("the connection goes on");
        assert_eq!(answer.get::<i32>(0), 11);
    }
    // A transaction goes on, whatever was written in it.
    let mut transaction = connection.begin().await.expect("a transaction");
    transaction.execute(insert("ann")).await.expect("a row");
    let copy = CopyOut::new("COPY (SELECT generate_series(1, 100000)) TO STDOUT");
    copy.write_to(&mut transaction, &mut Full).await.expect_err("the writer fails");
    transaction.commit().await.expect("to commit");
    drop(connection);
    assert_eq!(world.count().await, 1);
    all_are_in_step(&world, &engine).await;
}

/// A source that is slow is none that a server does not answer to, and memory stays bounded with one that is not.
#[tokio::test]
async fn a_slow_source_is_waited_for() {
    let (world, _) = World::with_people().await;
    let options = aludel_engine::PoolOptions::default().silence(Duration::from_millis(400));
    let engine = Engine::with_pool(world.driver(), options);
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Vec<Value<'static>>>(1);
    let feeder = tokio::spawn(async move {
        for nth in 0..3_000 {
            if nth % 1_500 == 0 {
                // tidy: condition, longer than the server may say nothing
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            sender.send(vec![Value::Text(format!("name {nth}").into())]).await.expect("somebody takes it");
        }
    });
    let rows =
        BulkInsert::of_values_polled(TableRef::Static(&TABLE), vec![NAME.position()], move |context| receiver.poll_recv(context).map(Ok));
    assert_eq!(rows.execute(&engine).await.expect("rows"), 3_000);
    feeder.await.expect("no panic");
    assert_eq!(world.count().await, 3_000);
}
