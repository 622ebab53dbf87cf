//! Reading: handles, the identity map, `get` and `refresh`, and the flush that a query makes first.

use aludel::prelude::*;
use expect_test::expect;

use crate::library::{Author, Member, Node, Setting, author, committed, library, names, post};
use crate::log::Log;

#[aludel::test(library)]
async fn an_object_is_added_committed_and_found_again(mut db: Db, engine: Engine) -> Result {
    let ann = db.add(author("Ann"));
    assert_eq!(db[ann].name, "Ann");
    db.commit().await?;
    assert_eq!((db[ann].id, &*db[ann].name), (1, "Ann"), "values survive the commit, the key is there");
    let mut other = engine.session();
    let found = other.get::<Author>(1).await?.unwrap();
    assert_eq!(other[found], db[ann]);
    assert!(other.get::<Author>(2).await?.is_none());
    Ok(())
}

#[aludel::test(library)]
async fn one_row_is_one_handle(mut db: Db) -> Result {
    let [ann, _bob] = committed(&mut db, ["Ann", "Bob"]).await;
    let all = Author::query().order_by(Author::id.asc()).all(&mut db).await?;
    let again = Author::query().filter(Author::name.eq("Ann")).one(&mut db).await?;
    assert_eq!((all[0], again), (ann, ann));
    assert_eq!(db.get::<Author>(1).await?, Some(ann));
    Ok(())
}

#[aludel::test(library)]
async fn text_keys_and_composite_keys_find_objects(mut db: Db) -> Result {
    let setting = db.add(Setting { key: "colour".into(), value: 3 });
    let member = db.add(Member { club: 7, number: 2, name: "Ann".into() });
    db.commit().await?;
    assert_eq!(db.get::<Setting>("colour").await?, Some(setting));
    assert_eq!(db.get::<Member>((7, 2)).await?, Some(member));
    assert_eq!(db.get::<Member>((7, 3)).await?, None);
    db[member].name = "Bea".into();
    db[setting].value = 4;
    let log = Log::begin();
    db.commit().await?;
    log.check(expect![[r#"
        UPDATE settings SET value = ?1 WHERE "key" = ?2
        UPDATE members SET name = ?1 WHERE club = ?2 AND number = ?3
        COMMIT
    "#]]);
    db.delete(member);
    db.commit().await?;
    assert_eq!(db.get::<Member>((7, 2)).await?, None);
    Ok(())
}

#[aludel::test(library)]
async fn get_costs_no_statement_within_the_transaction(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let log = Log::begin();
    assert_eq!(db.get::<Author>(1).await?, Some(ann));
    log.check(expect![[r#"
        SELECT id, name, score, motto FROM authors WHERE id = ?1
    "#]]);
    assert_eq!(db.get::<Author>(1).await?, Some(ann));
    log.check(expect![[r#"
        SELECT id, name, score, motto FROM authors WHERE id = ?1
    "#]]);
    Ok(())
}

#[aludel::test(library)]
async fn get_finds_no_object_that_is_to_be_deleted(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    db.delete(ann);
    assert_eq!(db.get::<Author>(1).await?, None);
    Ok(())
}

#[aludel::test(library)]
async fn a_row_that_comes_in_again(mut db: Db, engine: Engine) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    let change = async |score: f64| Author::update().set(Author::score, score).execute(&engine).await;
    let all = Author::query().order_by(Author::id.asc());

    change(2.0).await?;
    db[bob].motto = Some("edited".into());
    db.set_autoflush(false);
    all.all(&mut db).await?;
    assert_eq!((db[ann].score, db[bob].score), (2.0, 1.0), "read in an earlier transaction: new values, but not for the edited one");

    change(3.0).await?;
    all.all(&mut db).await?;
    assert_eq!(db[ann].score, 2.0, "within a transaction the first reading stays");
    db.refresh(ann).await?;
    assert_eq!(db[ann].score, 3.0, "`refresh` always overwrites");
    Ok(())
}

#[aludel::test(library)]
async fn an_object_that_was_only_touched_takes_new_values(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    Author::update().set(Author::score, 2.0).execute(&engine).await?;
    db[ann].name = "Ann".into();
    db.flush().await?;
    Author::query().all(&mut db).await?;
    assert_eq!(db[ann].score, 2.0);
    Ok(())
}

#[aludel::test(library)]
async fn refresh_drops_edits_and_writes_none(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    db[ann].name = "Anna".into();
    let log = Log::begin();
    db.refresh(ann).await?;
    log.check(expect![[r#"
        SELECT id, name, score, motto FROM authors WHERE id = ?1
    "#]]);
    assert_eq!(db[ann].name, "Ann");
    assert!(!db.has_changes());

    Author::delete().execute(&engine).await?;
    db[ann].name = "kept".into();
    assert_eq!(*db.refresh(ann).await.unwrap_err().kind(), ErrorKind::NoRow);
    assert_eq!(db[ann].name, "kept", "an error changes nothing");
    let pending = db.add(Author { id: 1, ..author("pending") });
    assert_eq!(*db.refresh(pending).await.unwrap_err().kind(), ErrorKind::NoRow);
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn a_query_flushes_what_it_would_miss_and_nothing_else(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    db[ann].motto = Some("new".into());
    let log = Log::begin();
    Node::query().all(&mut db).await?;
    log.check(expect![[r#"
        SELECT id, parent_id, label FROM nodes
    "#]]);
    assert!(Author::query().filter(Author::motto.eq("new")).exists(&mut db).await?);
    log.check(expect![[r#"
        SELECT id, parent_id, label FROM nodes
        UPDATE authors SET motto = ?1 WHERE id = ?2
        SELECT EXISTS (SELECT 1 FROM authors WHERE authors.motto = ?1)
    "#]]);
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn a_raw_query_flushes_everything(mut db: Db) -> Result {
    db.add(author("Ann"));
    let row = raw("SELECT count(*) AS n FROM authors").one(&mut db).await?;
    assert_eq!(row.get::<i64>("n"), 1);
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn without_autoflush_a_query_sees_what_is_written(mut db: Db) -> Result {
    db.set_autoflush(false);
    db.add(author("Ann"));
    assert_eq!(Author::query().count(&mut db).await?, 0);
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn an_error_of_autoflush_says_where_it_comes_from(mut db: Db) -> Result {
    let [_ann] = committed(&mut db, ["Ann"]).await;
    db.add(author("Ann"));
    let error = Author::query().count(&mut db).await.unwrap_err();
    expect![[r#"
        IntegrityError: the unique constraint `uq_authors_name` of table `authors` on `name` is violated
          statement: INSERT INTO authors (name, score, motto) VALUES (?1, ?2, ?3)
          hint: another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message; the flush was made by a query, which reads a table with unflushed changes"#]]
    .assert_eq(&format!("{error:?}"));
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn reading_holds_no_connection(mut db: Db, engine: Engine) -> Result {
    let all = engine.free_connections();
    Author::query().all(&mut db).await?;
    assert_eq!(engine.free_connections(), all, "before the first write each query gives its connection back");
    let ann = db.add(author("Ann"));
    db.flush().await?;
    assert_eq!(engine.free_connections(), all - 1);
    db.commit().await?;
    assert_eq!(engine.free_connections(), all);
    db[ann].name = "Ann".into();
    db.flush().await?;
    assert_eq!(engine.free_connections(), all, "a flush that has nothing to write needs none");
    Ok(())
}

#[aludel::test(library)]
async fn a_reference_may_be_a_key(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let by_key = db.add(post(Ref::key(1), "by key"));
    let by_object = db.add(post(ann, "by object"));
    db.commit().await?;
    assert_eq!((db[by_key].author.get(), db[by_object].author.get()), (Some(&1), Some(&1)));
    Ok(())
}

/// Of raw SQL the database is asked whether it reads.
#[aludel::test(library)]
async fn raw_reading_keeps_no_connection_and_raw_writing_does(mut db: Db, engine: Engine) -> Result {
    let free = engine.free_connections();
    let counted = raw("SELECT count(*) FROM authors").one(&mut db).await?;
    assert_eq!((counted.get::<i64>(0), engine.free_connections(), db.has_changes()), (0, free, false));
    raw("INSERT INTO authors (name, score) VALUES ('Ann', 1)").execute(&mut db).await?;
    assert_eq!((engine.free_connections(), db.has_changes()), (free - 1, true));
    db.rollback().await?;
    assert_eq!((engine.free_connections(), names(&engine).await), (free, vec![]));
    // Whoever begins by hand is in a transaction as well: the insert is of it, and goes with it.
    raw("BEGIN").execute(&mut db).await?;
    raw("INSERT INTO authors (name, score) VALUES ('Ann', 1)").execute(&mut db).await?;
    db.rollback().await?;
    assert_eq!((engine.free_connections(), names(&engine).await), (free, vec![]));
    Ok(())
}
