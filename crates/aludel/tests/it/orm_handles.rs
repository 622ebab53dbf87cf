//! Handles that do not fit, and sessions that end with something undone: what one reads then.

use aludel::prelude::*;
use expect_test::{Expect, expect};

use crate::library::{Author, author, committed, library, names, post};
use crate::log::Log;

/// Compares the message of a panic.
#[track_caller]
fn check(index: impl FnOnce(), expected: Expect) {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(index)).unwrap_err();
    expected.assert_eq(panic.downcast_ref::<String>().unwrap());
}

#[aludel::test(library)]
async fn a_handle_of_another_session(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let mut other = engine.session();
    let message = expect![[r#"
        UsageError: a handle `Obj<Author>` is used with a session that it is not of
          hint: a handle is worth something only in the session that made it; load the object there by its key"#]];
    check(|| drop(other[ann].name.clone()), message);
    let bob = other.add(author("Bob"));
    check(
        || other[ann].name.clear(),
        expect![[r#"
        UsageError: a handle `Obj<Author>` is used with a session that it is not of
          hint: a handle is worth something only in the session that made it; load the object there by its key"#]],
    );
    assert_eq!(*other.try_ref(ann).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(*other.refresh(ann).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(other[bob].name, "Bob");
    other.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn an_object_that_is_gone(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    db.delete(ann);
    assert_eq!(db[ann].name, "Ann", "until the flush it is there");
    db.commit().await?;
    check(
        || drop(db[ann].name.clone()),
        expect![[r#"
        UsageError: the object of a handle `Obj<Author>` is gone: it was deleted, or its adding was rolled back
          hint: `try_ref` returns this as an error instead of a panic"#]],
    );
    check(
        || db.delete(ann),
        expect![[r#"
        UsageError: the object of a handle `Obj<Author>` is gone: it was deleted, or its adding was rolled back
          hint: `try_ref` returns this as an error instead of a panic"#]],
    );
    let bob = db.add(author("Bob"));
    assert!(db.try_ref(ann).is_err(), "its place is another's now");
    db.rollback().await?;
    expect!["UsageError: the object of a handle `Obj<Author>` is gone: it was deleted, or its adding was rolled back"]
        .assert_eq(&format!("{:?}", db.try_ref(bob).unwrap_err()));
    Ok(())
}

/// Flushes a post whose author is no object of the session, and compares the error.
async fn lost(db: &mut Db, author: Obj<Author>, expected: Expect) {
    let post = db.add(post(author, "lost"));
    let error = db.flush().await.unwrap_err();
    expected.assert_eq(&format!("{error:?}"));
    db.delete(post);
}

#[aludel::test(library)]
async fn a_reference_to_an_object_that_is_not_here(mut db: Db, engine: Engine) -> Result {
    let mut other = engine.session();
    let foreign = other.add(author("Foreign"));
    lost(
        &mut db,
        foreign,
        expect![[r#"
        UsageError: `Post(new)` refers by `author_id` to an object that is not in this session
          hint: the object was deleted, rolled back, or belongs to another session; refer to it by `Ref::key(..)`, or add it here"#]],
    )
    .await;
    let gone = db.add(author("Gone"));
    db.delete(gone);
    lost(
        &mut db,
        gone,
        expect![[r#"
        UsageError: `Post(new)` refers by `author_id` to an object that is not in this session
          hint: the object was deleted, rolled back, or belongs to another session; refer to it by `Ref::key(..)`, or add it here"#]],
    )
    .await;
    other.discard();
    Ok(())
}

#[aludel::test(library)]
async fn a_session_that_is_dropped_with_changes_warns_once(engine: Engine) -> Result {
    let log = Log::begin();
    let mut session = engine.session();
    let ann = session.add(author("Ann"));
    session.flush().await?;
    session.add(post(ann, "one"));
    session.add(author("Bob"));
    drop(session);
    let mut complaints = log.complaints("2 Author added, 1 Post added");
    assert_eq!(complaints.len(), 1);
    let complaint = complaints.remove(0);
    assert!(complaint.ends_with("ended without commit or rollback: 2 Author added, 1 Post added: lost"), "{complaint}");
    assert_eq!(names(&engine).await, []);
    Ok(())
}

/// As where a program gives up by `?`: the error is told, and the log does not speak of a loss besides.
#[aludel::test(library)]
async fn a_session_that_ends_by_its_own_error_is_silent(engine: Engine) -> Result {
    let log = Log::begin();
    let transaction = engine.begin_immediate().await?;
    let mut session = engine.session();
    let ann = session.add(author("Ann by an error"));
    let error = session.commit().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Deadlock, "{error:?}");
    drop(session);
    assert_eq!(log.own_complaints(), [""; 0]);
    // Who goes on after the error and changes something else has heard of no loss of that.
    let mut session = engine.session();
    session.add(author("Bob by an error"));
    session.commit().await.unwrap_err();
    session.add(author("Cal by an error"));
    drop(session);
    assert_eq!(log.own_complaints().len(), 1);
    drop((transaction, ann));
    Ok(())
}

#[aludel::test(library)]
async fn a_session_with_nothing_to_lose_is_silent(engine: Engine) -> Result {
    let log = Log::begin();
    let mut session = engine.session();
    let ann = session.add(author("Ann"));
    session.commit().await?;
    session[ann].name = "Ann".into();
    drop(session);

    let mut session = engine.session();
    session.add(author("Bob"));
    session.rollback().await?;
    drop(session);

    let mut session = engine.session();
    session.add(author("Cal"));
    session.flush().await?;
    session.discard();
    assert_eq!(log.own_complaints(), Vec::<String>::new());
    assert_eq!(names(&engine).await.len(), 1);
    Ok(())
}

#[aludel::test(library)]
async fn changes_and_deletions_are_named_too(mut db: Db, engine: Engine) -> Result {
    committed(&mut db, ["Ann", "Bob", "Cal"]).await;
    let log = Log::begin();
    let mut session = engine.session();
    let all = Author::query().order_by(Author::id.asc()).all(&mut session).await?;
    session[all[0]].score = 2.0;
    session.flush().await?;
    session[all[1]].score = 2.0;
    session.delete(all[2]);
    drop(session);
    assert_eq!(log.complaints("2 Author changed, 1 Author deleted: lost").len(), 1);

    let mut session = engine.session();
    Author::update().set(Author::score, 7.0).execute(&mut session).await?;
    drop(session);
    assert_eq!(log.complaints("what its statements wrote is lost").len(), 1);
    Ok(())
}
