//! Blobs a part at a time: within their bounds, within transactions, and in the place of the writer.

use std::io::{Read, Seek, SeekFrom, Write};
use std::panic::resume_unwind;
use std::sync::LazyLock;

use aludel_engine::{Connection, Engine};
use aludel_sql::{ErrorKind, Result, raw};
use aludel_sqlite::{Blob, BlobPlace};
use expect_test::{Expect, expect};

use crate::world::{World, execute, number, shown};

async fn with_files() -> (World, Engine) {
    let world = World::new();
    let engine = world.engine();
    execute(&engine, "CREATE TABLE files (id INTEGER PRIMARY KEY, content, name TEXT UNIQUE)").await;
    execute(&engine, "INSERT INTO files VALUES (1, zeroblob(1000000), 'one'), (2, NULL, 'two'), (3, 7, 'three')").await;
    (world, engine)
}

fn place() -> &'static BlobPlace {
    static PLACE: LazyLock<BlobPlace> = LazyLock::new(|| BlobPlace::new("files", "content", 1));
    &PLACE
}

async fn bytes_at(connection: &mut (impl AsMut<Connection> + Send), offset: u64, length: usize) -> Vec<u8> {
    let read = place().read(connection, |blob| {
        let mut bytes = vec![0; length];
        blob.read_at(offset, &mut bytes)?;
        Ok(bytes)
    });
    read.await.expect("to read")
}

#[tokio::test]
async fn parts_by_their_offset() {
    let (_world, engine) = with_files().await;
    let mut connection = engine.connect().await.expect("a connection");
    place().write(&mut connection, |blob| blob.write_at(999_995, b"12345")).await.expect("to write");
    assert_eq!(bytes_at(&mut connection, 999_993, 7).await, b"\0\x0012345");
    assert_eq!(number(&engine, "SELECT length(content) FROM files WHERE id = 1").await, 1_000_000);
    let length = place().read(&mut connection, |blob| Ok((blob.len(), blob.is_empty()))).await.expect("to read");
    assert_eq!(length, (1_000_000, false));
}

#[tokio::test]
async fn one_part_after_the_other() {
    let (_world, engine) = with_files().await;
    let mut connection = engine.connect().await.expect("a connection");
    let io = |error: std::io::Error| aludel_sql::Error::new(ErrorKind::Storage, "no").caused_by(error);
    let written = place().write(&mut connection, move |blob| {
        blob.write_all(b"one, ").and_then(|()| blob.write_all(b"two")).map_err(io)?;
        blob.seek(SeekFrom::End(-3)).map_err(io)?;
        blob.write_all(b"end").map_err(io)?;
        blob.write(b"more").map_err(io)
    });
    assert_eq!(written.await.expect("to write"), 0, "behind the end nothing is written");
    let read = place().read(&mut connection, move |blob| {
        let mut all = Vec::new();
        blob.read_to_end(&mut all).map_err(io)?;
        Ok(all)
    });
    let all = read.await.expect("to read");
    assert!(all.starts_with(b"one, two\0") && all.ends_with(b"\0end") && all.len() == 1_000_000);
}

async fn refused(place: BlobPlace, work: impl FnOnce(&mut Blob<'_>) -> Result + Send, expected: Expect) {
    let (_world, engine) = with_files().await;
    let mut connection = engine.connect().await.expect("a connection");
    expected.assert_eq(&shown(&place.write(&mut connection, work).await.expect_err("refused")));
    assert_eq!(connection.execute(raw("DELETE FROM files")).await.expect("the connection goes on"), 3);
}

#[tokio::test]
async fn mistakes_are_told() {
    refused(
        place().clone(),
        |blob| blob.write_at(999_999, b"12"),
        expect![[r#"
        UsageError: 2 bytes from 999999 on are not within the 1000000 bytes of the blob
          hint: a blob keeps its size; update the row with `zeroblob(n)` for another one"#]],
    )
    .await;
    refused(
        place().clone(),
        |blob| blob.read_at(u64::MAX, &mut [0]),
        expect![[r#"
        UsageError: 1 bytes from 18446744073709551615 on are not within the 1000000 bytes of the blob
          hint: a blob keeps its size; update the row with `zeroblob(n)` for another one"#]],
    )
    .await;
    let nothing = |_blob: &mut Blob<'_>| Ok(());
    refused(BlobPlace::new("files", "content", 9), nothing, expect!["NoRowError: `files` has no row 9"]).await;
    refused(
        BlobPlace::new("files", "content", 2),
        nothing,
        expect![[r#"
        DataError: `files.content` of row 2 holds NULL
          hint: only bytes and text can be opened; update the row with `zeroblob(n)` first"#]],
    )
    .await;
    refused(
        BlobPlace::new("files", "content", 3),
        nothing,
        expect![[r#"
        DataError: `files.content` of row 3 holds an integer
          hint: only bytes and text can be opened; update the row with `zeroblob(n)` first"#]],
    )
    .await;
    refused(BlobPlace::new("files", "contents", 1), nothing, expect!["SyntaxError: the table `files` has no column `contents`"]).await;
    refused(BlobPlace::new("file", "content", 1), nothing, expect!["SyntaxError: the database has no table `main.file`"]).await;
    refused(
        BlobPlace::new("files", "name", 1),
        nothing,
        expect!["DataError: `files.name` cannot be opened: cannot open indexed column for writing"],
    )
    .await;
    refused(place().clone().in_schema("other"), nothing, expect!["SyntaxError: the database has no table `other.files`"]).await;
    let (_world, engine) = with_files().await;
    let mut connection = engine.connect().await.expect("a connection");
    let error = place().read(&mut connection, |blob| blob.write_at(0, b"1")).await.expect_err("it is open for reading");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
}

#[tokio::test]
async fn a_write_is_part_of_the_transaction() {
    let (_world, engine) = with_files().await;
    let mut connection = engine.connect().await.expect("a connection");
    let mut transaction = connection.begin().await.expect("to begin");
    place().write(&mut transaction, |blob| blob.write_at(0, b"1")).await.expect("to write");
    assert_eq!(bytes_at(&mut transaction, 0, 1).await, b"1");
    let other = tokio::spawn({
        let engine = engine.clone();
        async move { engine.execute(raw("UPDATE files SET name = 'four' WHERE id = 3")).await }
    });
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(!other.is_finished(), "the transaction has the place of the writer");
    transaction.rollback().await.expect("to roll back");
    assert_eq!(other.await.expect("no panic").expect("it waited"), 1);
    assert_eq!(bytes_at(&mut connection, 0, 1).await, b"\0");
}

#[tokio::test]
async fn after_an_error_or_a_panic_the_connection_goes_on() {
    let (_world, engine) = with_files().await;
    let mut connection = engine.connect().await.expect("a connection");
    let failed = place().write::<(), _>(&mut connection, |blob| {
        blob.write_at(0, b"1")?;
        Err(aludel_sql::Error::usage("mine"))
    });
    assert!(failed.await.expect_err("it failed").to_string().contains("mine"));
    assert_eq!(bytes_at(&mut connection, 0, 1).await, b"1", "what was written before is there");
    let caught = crate::dirty::caught(place().write::<(), _>(&mut connection, |_blob| resume_unwind(Box::new("mine")))).await;
    assert!(caught.is_err());
    assert_eq!(connection.execute(raw("DELETE FROM files")).await.expect("the connection goes on"), 3);
}
