//! A flush that fails: nothing of it is written, nothing is lost, and it can be mended and tried again.

use std::future::Future;
use std::task::Poll;

use aludel::TestContext;
use aludel::prelude::*;
use expect_test::{Expect, expect};

use crate::library::{Author, Member, Post, Setting, author, committed, library, names, post};
use crate::log::Log;

/// Fails a flush of fifty objects in its middle, after `earlier` objects were flushed, and mends it.
async fn check(mut db: Db, engine: Engine, earlier: usize) -> Result {
    let [taken] = committed(&mut db, ["taken"]).await;
    let before: Vec<_> = (0..earlier).map(|n| db.add(author(&format!("earlier {n}")))).collect();
    db.flush().await?;
    let added: Vec<_> = (0..50).map(|n| db.add(author(&format!("n{n}")))).collect();
    let child = db.add(post(added[3], "child"));
    db[taken].score = 5.0;
    db[added[25]].name = "taken".into();

    let error = db.flush().await.unwrap_err();
    let integrity = error.as_integrity().unwrap();
    assert_eq!(integrity.constraint.as_deref(), Some("uq_authors_name"));
    let written = raw("SELECT count(*) AS n FROM authors");
    db.set_autoflush(false);
    assert_eq!(written.one(&mut db).await?.get::<i64>("n"), 1 + earlier as i64, "nothing of this flush, everything of the earlier one");
    assert!(added.iter().all(|obj| db[*obj].id == auto::<i64>()), "keys are as they were");
    assert_eq!((db[child].author.get(), db[taken].score), (None, 5.0));

    db[added[25]].name = "mended".into();
    db.commit().await?;
    let rows = names(&engine).await;
    assert_eq!(rows.len(), 51 + earlier);
    for obj in added.iter().chain(&before).chain([&taken]) {
        assert!(rows.contains(&(db[*obj].id, db[*obj].name.clone())));
    }
    assert_eq!(db[child].author.get(), Some(&db[added[3]].id));
    Ok(())
}

#[aludel::test(library)]
async fn the_first_flush_of_a_transaction(db: Db, engine: Engine) -> Result {
    check(db, engine, 0).await
}

#[aludel::test(library)]
async fn a_flush_after_another(db: Db, engine: Engine) -> Result {
    check(db, engine, 3).await
}

/// The parents are inserted by the time that a child is refused: their keys and the references to them are taken back.
#[aludel::test(library)]
async fn keys_of_a_failed_flush_are_taken_back(mut db: Db, engine: Engine) -> Result {
    let ann = db.add(author("Ann"));
    let (good, bad) = (db.add(post(ann, "good")), db.add(post(Ref::key(99), "bad")));
    assert!(db.flush().await.unwrap_err().as_integrity().is_some());
    assert_eq!((db[ann].id, db[good].author.get(), db[bad].author.get()), (auto(), None, Some(&99)));
    let bob = Author::insert().set(Author::name, "Bob").set(Author::score, 1.0);
    bob.execute(&engine).await?;
    db[bad].author = ann.into();
    db.commit().await?;
    assert_eq!((db[ann].id, db[good].author.get(), db[bad].author.get()), (2, Some(&2), Some(&2)));
    Ok(())
}

#[aludel::test(library)]
async fn a_failed_first_flush_gives_its_connection_back(mut db: Db, engine: Engine) -> Result {
    let free = engine.free_connections();
    committed(&mut db, ["Ann"]).await;
    db.add(author("Ann"));
    assert!(db.flush().await.is_err());
    assert_eq!(engine.free_connections(), free);
    assert_eq!(engine.execute(raw("UPDATE authors SET score = 9")).await?, 1, "the place of the writer is free");
    db.rollback().await?;
    Ok(())
}

/// Adds an object that is refused before anything is sent.
#[track_caller]
fn refused<M: Model>(model: M, expected: Expect) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (error, sent) = runtime.block_on(async {
        let context = TestContext::serve(library()).await.unwrap();
        let mut db = Db::new(context.engine().session());
        db.add(model);
        let log = Log::begin();
        let error = db.commit().await.unwrap_err();
        db.rollback().await.unwrap();
        (error, log.sql())
    });
    expected.assert_eq(&format!("{error:?}"));
    assert_eq!((matches!(error.kind(), ErrorKind::Data { column: Some(_) }), &*sent), (true, ""));
}

#[test]
fn values_that_cannot_be_are_found_before_any_statement() {
    refused(
        author(&"é".repeat(51)),
        expect![[r#"
        DataError: the text for column `name` has 51 characters, more than the 50 it can hold
          hint: check the length of the input first, or answer this error in an error handler, with 422 and a message"#]],
    );
    refused(
        author("a\0b"),
        expect![[r#"
        DataError: the text holds a NUL character, which databases do not keep: column `name`
          hint: refuse such input, or keep it as bytes"#]],
    );
    refused(
        Setting { key: "k".into(), value: auto() },
        expect![[r#"
            DataError: column `value` of `settings` is `auto()`, but the database assigns it no value
              hint: `auto()` is for a new object whose primary key is one integer column; the number that stands for it cannot be stored"#]],
    );
    refused(
        Member { club: auto(), number: 1, name: "m".into() },
        expect![[r#"
            DataError: column `club` of `members` is `auto()`, but the database assigns it no value
              hint: `auto()` is for a new object whose primary key is one integer column; the number that stands for it cannot be stored"#]],
    );
}

#[aludel::test(library)]
async fn characters_are_counted_and_not_bytes(mut db: Db, engine: Engine) -> Result {
    let long = "é".repeat(50);
    committed(&mut db, [&*long]).await;
    assert_eq!(names(&engine).await, [(1, long)]);
    Ok(())
}

#[aludel::test(library)]
async fn a_row_that_is_there_is_assigned_no_key(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    db[ann].id = auto();
    let error = db.commit().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Data { column: Some("id".into()) });
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn what_was_read_and_is_not_written_may_be_as_it_likes(mut db: Db, engine: Engine) -> Result {
    let long = "x".repeat(60);
    raw("INSERT INTO authors (name, score) VALUES (:name, 1)").bind("name", long.as_str()).execute(&engine).await?;
    let author = Author::query().one(&mut db).await?;
    db[author].score = 2.0;
    db.commit().await?;
    Ok(())
}

#[aludel::test(library)]
async fn an_update_of_a_row_that_is_gone_is_stale(mut db: Db, engine: Engine) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    Author::delete().filter(Author::id.eq(2)).execute(&engine).await?;
    db[ann].score = 2.0;
    db[bob].score = 2.0;
    let error = db.commit().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::StaleData);
    expect![[r#"
        StaleDataError: the row of `Author(2)` is not there any more, so that it could not be updated
          hint: someone else has deleted it since it was loaded: delete the object here too, or roll back and load again"#]]
    .assert_eq(&format!("{error:?}"));
    db.delete(bob);
    db.commit().await?;
    assert_eq!(Author::query().filter(Author::score.eq(2.0)).count(&engine).await?, 1);
    Ok(())
}

#[aludel::test(library)]
async fn deleting_a_row_that_is_gone_is_done(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    Author::delete().execute(&engine).await?;
    db.delete(ann);
    db.commit().await?;
    Ok(())
}

#[aludel::test(library)]
async fn a_transaction_that_the_database_has_ended_is_rolled_back_in_memory_too(mut db: Db, engine: Engine) -> Result {
    engine
        .execute(raw("CREATE TRIGGER strict BEFORE INSERT ON settings WHEN NEW.value < 0 BEGIN SELECT RAISE(ROLLBACK, 'no'); END"))
        .await?;
    let [ann] = committed(&mut db, ["Ann"]).await;
    db[ann].score = 2.0;
    db.flush().await?;
    let setting = db.add(Setting { key: "a".into(), value: -1 });
    let error = db.flush().await.unwrap_err();
    assert_eq!(error.advice(), Some("the database has ended the whole transaction; it is as after a rollback"));
    assert_eq!((db[ann].score, db.try_ref(setting).is_err(), db.has_changes()), (1.0, true, false));
    db[ann].score = 3.0;
    db.commit().await?;
    Ok(())
}

#[aludel::test(library)]
async fn a_failed_commit_is_a_rollback(mut db: Db, engine: Engine) -> Result {
    engine
        .execute(raw("CREATE TABLE notes (id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES authors DEFERRABLE INITIALLY DEFERRED)"))
        .await?;
    let ann = db.add(author("Ann"));
    raw("INSERT INTO notes (author_id) VALUES (77)").execute(&mut db).await?;
    let error = db.commit().await.unwrap_err();
    assert!(error.as_integrity().is_some(), "{error:?}");
    assert!(db.try_ref(ann).is_err() && !db.has_changes());
    assert_eq!(names(&engine).await, []);
    Ok(())
}

#[aludel::test(library)]
async fn a_flush_that_is_dropped_half_way_asks_for_a_rollback(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    // It waits for what another program has, and not for a place in this one: its statements have begun then.
    let other = rusqlite::Connection::open(engine.name()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    db[ann].score = 2.0;
    {
        let mut flush = std::pin::pin!(db.flush());
        let waits = std::future::poll_fn(|context| Poll::Ready(flush.as_mut().poll(context).is_pending())).await;
        assert!(waits);
    }
    other.execute_batch("ROLLBACK").unwrap();
    for error in [db.flush().await.unwrap_err(), Author::query().all(&mut db).await.unwrap_err()] {
        assert_eq!(error.advice(), Some("call `rollback` first"), "{error:?}");
    }
    db.rollback().await?;
    db[ann].score = 3.0;
    db.commit().await?;
    Ok(())
}

/// Which of two foreign keys points at nothing is asked of the database, in the session and outside of it.
#[aludel::test(library)]
async fn the_foreign_key_that_points_at_nothing_is_named(mut db: Db, engine: Engine) -> Result {
    #[track_caller]
    fn check(error: aludel::sql::Error, column: &str) {
        let named = error.as_integrity().map(|it| (it.constraint.clone(), it.table.clone(), it.columns.clone()));
        let constraint = format!("fk_posts_{column}_authors");
        assert_eq!(named, Some((Some(constraint), Some("posts".into()), vec![column.into()])), "{error:?}");
    }
    let [ann] = committed(&mut db, ["Ann"]).await;
    let good = db.add(post(ann, "good"));
    db.commit().await?;
    db.add(Post { editor: Some(Ref::key(77)), ..post(ann, "bad") });
    db.add(post(ann, "also good"));
    check(db.flush().await.unwrap_err(), "editor_id");
    db.rollback().await?;
    db[good].editor = Some(Ref::key(77));
    check(db.flush().await.unwrap_err(), "editor_id");
    db.rollback().await?;
    let many = [post(Ref::key(1), "one"), post(Ref::key(77), "two")];
    check(Post::insert_many(many).execute(&engine).await.unwrap_err(), "author_id");
    db.delete(ann);
    let error = db.flush().await.unwrap_err();
    assert!(error.advice().is_some_and(|advice| advice.starts_with("other rows still point")), "{error:?}");
    check(error, "author_id");
    db.rollback().await?;
    assert_eq!(raw("SELECT count(*) FROM posts").one(&engine).await?.get::<i64>(0), 1);
    Ok(())
}

/// Another task writes at once: the session that was refused, or had nothing to write, has kept nothing.
#[track_caller]
fn writes_elsewhere(engine: &Engine) -> impl Future<Output = ()> + use<> {
    let engine = engine.clone();
    async move {
        let write = tokio::spawn(async move { Author::update().set(Author::score, 3.0).execute(&engine).await });
        write.await.unwrap().expect("the place of the writer is free");
    }
}

#[aludel::test(library)]
async fn who_has_written_nothing_keeps_nobody_from_writing(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let good = db.add(post(ann, "good"));
    db.commit().await?;
    let free = engine.free_connections();
    let long = "x".repeat(60);
    assert!(Author::update().set(Author::name, &*long).execute(&mut db).await.is_err());
    writes_elsewhere(&engine).await;
    let mixed = [author("Bob"), Author { id: 9, ..author("Eve") }];
    assert!(Author::insert_many(mixed).execute(&mut db).await.is_err());
    writes_elsewhere(&engine).await;
    db[good].author = ann.into();
    db.flush().await?;
    writes_elsewhere(&engine).await;
    assert_eq!(engine.free_connections(), free);
    Ok(())
}

/// What is wrong with a statement is told before anybody is waited for.
#[aludel::test(library)]
async fn a_mistake_does_not_wait_for_the_place_of_the_writer(mut db: Db, engine: Engine) -> Result {
    let transaction = engine.begin_immediate().await?;
    let long = "x".repeat(60);
    for error in [
        Author::update().set(Author::name, &*long).execute(&engine).await.unwrap_err(),
        Author::update().set(Author::name, &*long).execute(&mut db).await.unwrap_err(),
    ] {
        assert!(matches!(error.kind(), ErrorKind::Data { .. }), "{error:?}");
    }
    transaction.rollback().await?;
    Ok(())
}
