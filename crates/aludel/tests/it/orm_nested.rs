//! Savepoints of a session: what was done since is kept or taken back by itself, in the database and in memory.

use aludel::prelude::*;

use crate::library::{Author, author, committed, library, names, post};

#[aludel::test(library)]
async fn what_is_rolled_back_is_gone_and_the_rest_stays(mut db: Db, engine: Engine) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    db[ann].name = "Anna".into();
    let savepoint = db.begin_nested().await?;
    db[ann].name = "Annette".into();
    db.delete(bob);
    let cal = db.add(author("Cal"));
    db.flush().await?;
    let dan = db.add(author("Dan"));
    savepoint.rollback(&mut db).await?;
    assert_eq!((&*db[ann].name, &*db[bob].name), ("Anna", "Bob"));
    assert!(db.try_ref(cal).is_err() && db.try_ref(dan).is_err());
    assert_eq!(db.get::<Author>(2).await?, Some(bob));
    db.commit().await?;
    assert_eq!(names(&engine).await, [(1, "Anna".to_owned()), (2, "Bob".to_owned())]);
    Ok(())
}

#[aludel::test(library)]
async fn what_is_kept_is_a_part_of_what_is_around_it(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let outer = db.begin_nested().await?;
    let inner = db.begin_nested().await?;
    db[ann].name = "Anna".into();
    let bob = db.add(author("Bob"));
    inner.commit(&mut db).await?;
    db[bob].name = "Bobby".into();
    outer.rollback(&mut db).await?;
    assert_eq!(db[ann].name, "Ann");
    assert!(db.try_ref(bob).is_err());
    let last = db.begin_nested().await?;
    db[ann].name = "Annie".into();
    last.commit(&mut db).await?;
    db.commit().await?;
    assert_eq!(names(&engine).await, [(1, "Annie".to_owned())]);
    db.rollback().await?;
    assert_eq!(db[ann].name, "Annie");
    Ok(())
}

/// As a function of a program that gives up in its middle.
async fn rename(db: &mut Session, obj: Obj<Author>, name: &str) -> aludel::sql::Result {
    let savepoint = db.begin_nested().await?;
    db[obj].name = name.into();
    db.flush().await?;
    savepoint.commit(db).await
}

#[aludel::test(library)]
async fn one_that_is_dropped_is_taken_back(mut db: Db, engine: Engine) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    rename(&mut db, ann, "Anna").await?;
    let error = rename(&mut db, bob, "Anna").await.unwrap_err();
    assert!(error.as_integrity().is_some(), "{error:?}");
    // The next edit is one of the session, not of the savepoint that is gone.
    db[ann].score = 5.0;
    assert_eq!(db[bob].name, "Bob");
    db.commit().await?;
    assert_eq!(names(&engine).await, [(1, "Anna".to_owned()), (2, "Bob".to_owned())]);
    let found = Author::query().filter(Author::score.eq(5.0)).count(&engine).await?;
    assert_eq!(found, 1);
    Ok(())
}

#[aludel::test(library)]
async fn a_flush_that_is_cancelled_within_one_is_taken_back_with_it(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    for polls in 0..40 {
        db[ann].score += 1.0;
        let savepoint = db.begin_nested().await?;
        for name in ["Bob", "Cal"] {
            let author = db.add(author(name));
            db.add(post(author, name));
        }
        let mut flush = Box::pin(db.flush());
        for _ in 0..polls {
            if std::future::poll_fn(|context| std::task::Poll::Ready(flush.as_mut().poll(context))).await.is_ready() {
                break;
            }
        }
        drop(flush);
        // Where the database had to end the transaction for it, that is told; else all is as before.
        if savepoint.rollback(&mut db).await.is_ok() {
            db.commit().await?;
        }
        assert_eq!(names(&engine).await, [(1, "Ann".to_owned())]);
        assert!(!db.has_changes());
    }
    Ok(())
}

#[aludel::test(library)]
async fn what_a_statement_changed_is_read_again(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let savepoint = db.begin_nested().await?;
    Author::update().set(Author::name, "Anna").execute(&mut db).await?;
    db.refresh(ann).await?;
    assert_eq!(db[ann].name, "Anna");
    savepoint.rollback(&mut db).await?;
    assert_eq!(db[ann].name, "Ann");
    assert_eq!(db.get::<Author>(1).await?, Some(ann));
    assert_eq!(db[ann].name, "Ann");
    Ok(())
}

#[aludel::test(library)]
async fn the_end_of_the_transaction_is_the_end_of_its_savepoints(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let outer = db.begin_nested().await?;
    db[ann].name = "Anna".into();
    let inner = db.begin_nested().await?;
    db[ann].name = "Annie".into();
    db.commit().await?;
    assert_eq!(names(&engine).await, [(1, "Annie".to_owned())]);
    for late in [inner, outer] {
        let error = late.rollback(&mut db).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Usage, "{error:?}");
    }
    assert_eq!(db[ann].name, "Annie");
    let kept = db.begin_nested().await?;
    let mut other = engine.session();
    assert_eq!(*kept.commit(&mut other).await.unwrap_err().kind(), ErrorKind::Usage);
    db.rollback().await?;
    Ok(())
}

/// Nothing is written, so that nobody is kept from writing.
#[aludel::test(library)]
async fn one_in_which_nothing_is_written_takes_nothing(mut db: Db, engine: Engine) -> Result {
    let savepoint = db.begin_nested().await?;
    Author::query().all(&mut db).await?;
    let mut other = engine.session();
    other.add(author("by another"));
    other.commit().await?;
    db.add(author("Ann"));
    db.flush().await?;
    savepoint.rollback(&mut db).await?;
    other.add(author("again"));
    other.commit().await?;
    db.add(author("Bob"));
    db.commit().await?;
    let found: Vec<_> = names(&engine).await.into_iter().map(|(_, name)| name).collect();
    assert_eq!(found, ["by another", "again", "Bob"]);
    Ok(())
}

/// What was dropped is taken back first, so that rows which are inserted after it are none of it.
#[aludel::test(library)]
async fn many_rows_after_one_that_was_dropped(mut db: Db, engine: Engine) -> Result {
    let [_ann] = committed(&mut db, ["Ann"]).await;
    db.set_autoflush(false);
    let savepoint = db.begin_nested().await?;
    db.add(author("Bob"));
    db.flush().await?;
    drop(savepoint);
    assert_eq!(Author::bulk_insert([author("Cal")]).execute(&mut *db).await?, 1);
    db.commit().await?;
    assert_eq!(names(&engine).await.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["Ann", "Cal"]);
    Ok(())
}
