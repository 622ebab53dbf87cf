//! Rollback: memory is what it was when the transaction began, also where a flush has written.

use aludel::prelude::*;

use crate::library::{Author, Post, Setting, author, committed, library, names, node, post};

/// Everything that the session shows of these objects.
fn dump(db: &Db, authors: &[Obj<Author>], posts: &[Obj<Post>]) -> String {
    let authors = authors.iter().map(|obj| format!("{:?}\n", db.try_ref(*obj)));
    authors.chain(posts.iter().map(|obj| format!("{:?}\n", db.try_ref(*obj)))).collect()
}

/// Whether the transaction flushes before it is rolled back: never, in its middle, at its end.
#[derive(Clone, Copy, PartialEq)]
enum Flush {
    Never,
    Between,
    AtTheEnd,
}

async fn check(mut db: Db, engine: Engine, flush: Flush) -> Result {
    let authors = committed(&mut db, ["Ann", "Bob", "Cal"]).await;
    let posts = ["one", "two"].map(|title| db.add(post(authors[0], title)));
    db.commit().await?;
    let (memory, rows) = (dump(&db, &authors, &posts), names(&engine).await);

    db.set_autoflush(false);
    let fresh = db.add(author("Fresh"));
    db[posts[0]].author = fresh.into();
    db[authors[1]].name = "Bobby".into();
    db[authors[1]].id = 20;
    db.delete(authors[2]);
    if flush == Flush::Between {
        db.flush().await?;
    }
    db[authors[1]].name = "Robert".into();
    db[posts[0]].title = "changed".into();
    db[posts[0]].editor = Some(fresh.into());
    db.delete(posts[1]);
    let late = db.add(post(fresh, "late"));
    if flush == Flush::AtTheEnd {
        db.flush().await?;
    }
    db.rollback().await?;

    assert_eq!(dump(&db, &authors, &posts), memory);
    assert!(db.try_ref(fresh).is_err() && db.try_ref(late).is_err(), "what was added is gone");
    assert_eq!(names(&engine).await, rows);
    assert!(!db.has_changes());
    for (key, obj) in [(1, Some(authors[0])), (2, Some(authors[1])), (3, Some(authors[2])), (20, None), (4, None)] {
        assert_eq!(db.get::<Author>(key).await?, obj, "the identity map is as it was, too");
    }
    db[authors[1]].name = "again".into();
    db.commit().await?;
    assert_eq!(names(&engine).await[1], (2, "again".to_owned()));
    Ok(())
}

#[aludel::test(library)]
async fn before_a_flush(db: Db, engine: Engine) -> Result {
    check(db, engine, Flush::Never).await
}

#[aludel::test(library)]
async fn after_a_flush_of_a_part(db: Db, engine: Engine) -> Result {
    check(db, engine, Flush::Between).await
}

#[aludel::test(library)]
async fn after_a_flush_of_everything(db: Db, engine: Engine) -> Result {
    check(db, engine, Flush::AtTheEnd).await
}

#[aludel::test(library)]
async fn added_changed_and_deleted_in_one_transaction(mut db: Db, engine: Engine) -> Result {
    let ann = db.add(author("Ann"));
    db.flush().await?;
    db[ann].name = "Anna".into();
    db.flush().await?;
    db.delete(ann);
    db.flush().await?;
    db.rollback().await?;
    assert!(db.try_ref(ann).is_err());
    let bob = db.add(author("Bob"));
    db.commit().await?;
    assert_eq!(names(&engine).await, [(db[bob].id, "Bob".to_owned())]);
    Ok(())
}

#[aludel::test(library)]
async fn a_key_that_was_given_to_another_is_found_again(mut db: Db) -> Result {
    let old = db.add(Setting { key: "a".into(), value: 1 });
    db.commit().await?;
    db.delete(old);
    db.flush().await?;
    let new = db.add(Setting { key: "a".into(), value: 2 });
    db.flush().await?;
    assert_eq!(db.get::<Setting>("a").await?, Some(new));
    db.rollback().await?;
    assert_eq!(db.get::<Setting>("a").await?, Some(old));
    assert_eq!(db[old].value, 1);
    Ok(())
}

#[aludel::test(library)]
async fn swapped_keys_are_swapped_back(mut db: Db) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    for (obj, key) in [(ann, 30), (bob, 1), (ann, 2)] {
        db[obj].id = key;
        db.flush().await?;
    }
    assert_eq!((db.get::<Author>(1).await?, db.get::<Author>(2).await?), (Some(bob), Some(ann)));
    db.rollback().await?;
    assert_eq!((db.get::<Author>(1).await?, db.get::<Author>(2).await?), (Some(ann), Some(bob)));
    Ok(())
}

#[aludel::test(library)]
async fn a_second_rollback_goes_back_no_further(mut db: Db) -> Result {
    let root = db.add(node(None, "root"));
    db.commit().await?;
    db[root].label = "changed".into();
    db.commit().await?;
    db.rollback().await?;
    db.rollback().await?;
    assert_eq!(db[root].label, "changed");
    Ok(())
}

#[aludel::test(library)]
async fn the_key_of_an_undone_insert_is_anybodys(mut db: Db, engine: Engine) -> Result {
    let ann = db.add(author("Ann"));
    db.flush().await?;
    let key = db[ann].id;
    db.rollback().await?;
    let row = Author::insert().set(Author::id, key).set(Author::name, "by another").set(Author::score, 1.0);
    row.execute(&engine).await?;
    let found = db.get::<Author>(key).await?.unwrap();
    assert_eq!(db[found].name, "by another");
    Ok(())
}
