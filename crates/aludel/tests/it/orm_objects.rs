//! Objects in the place of keys: in conditions, in `set`, in `get`. The session that runs the statement puts the keys in.

use aludel::prelude::*;
use expect_test::expect;

use crate::library::{Author, Node, Post, author, committed, library, node, post};
use crate::log::Log;

#[aludel::test(library)]
async fn a_condition_names_an_object(mut db: Db) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    let (first, second) = (db.add(post(ann, "first")), db.add(post(bob, "second")));
    db.commit().await?;
    let by_author = |author| Post::query().filter(Post::author.eq(author));
    assert_eq!(by_author(bob).all(&mut db).await?, [second]);
    assert_eq!(by_author(ann).first(&mut db).await?, Some(first));
    assert_eq!(Post::query().filter(Post::author.eq(&db[second].author)).one(&mut db).await?, second);
    assert_eq!(Post::query().filter(Post::author.eq(db[second].author.clone())).one(&mut db).await?, second);
    assert_eq!(Post::query().filter(Post::author.ne(ann)).all(&mut db).await?, [second]);
    assert_eq!(Post::query().filter(!Post::author.is_in([ann, bob])).count(&mut db).await?, 0);
    assert_eq!(Post::query().filter(Post::editor.is_null() & Post::author.eq(ann)).limit(5).count(&mut db).await?, 1);
    assert!(by_author(ann).exists(&mut db).await?);
    assert_eq!(Post::query().order_by(Post::author.eq(ann).desc()).all(&mut db).await?, [first, second]);
    assert_eq!(Author::query().filter(Author::id.eq(bob)).one(&mut db).await?, bob);
    Ok(())
}

#[aludel::test(library)]
async fn update_and_delete_name_objects(mut db: Db) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    db.add(post(ann, "first"));
    db.commit().await?;
    let log = Log::begin();
    let moved = Post::update().set(Post::author, bob).set(Post::editor, Some(ann.into())).filter(Post::author.eq(ann));
    assert_eq!(moved.execute(&mut db).await?, 1);
    log.check(expect![[r#"
        UPDATE posts SET author_id = ?1, editor_id = ?2 WHERE author_id = ?3
    "#]]);
    let rest = Post::update().set(Post::editor, None).filter(Post::author.eq(bob)).returning((Post::author, Post::editor));
    let (author, editor) = rest.one(&mut db).await?;
    assert_eq!((author.get(), editor.is_none()), (Some(&db[bob].id), true));
    assert_eq!(Post::delete().filter(Post::author.eq(ann)).execute(&mut db).await?, 0);
    assert_eq!(Post::delete().filter(Post::author.eq(bob)).returning(Post::author.eq(bob)).all(&mut db).await?, [true]);
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn an_object_without_a_key_is_flushed_first(mut db: Db) -> Result {
    let ann = db.add(author("Ann"));
    let log = Log::begin();
    assert_eq!(Post::query().filter(Post::author.eq(ann)).all(&mut db).await?, []);
    log.check(expect![[r#"
        INSERT INTO authors (name, score, motto) VALUES (?1, ?2, ?3)
        SELECT id, author_id, editor_id, title FROM posts WHERE author_id = ?1
    "#]]);
    db.rollback().await?;

    db.set_autoflush(false);
    let bob = db.add(author("Bob"));
    let error = Post::query().filter(Post::author.eq(bob)).all(&mut db).await.unwrap_err();
    expect![[r#"
        UsageError: the statement names `Author(new)`, which has no key yet
          hint: call `flush` first, or leave autoflush on"#]]
    .assert_eq(&format!("{error:?}"));
    db.flush().await?;
    assert_eq!(Post::query().filter(Post::author.eq(bob)).count(&mut db).await?, 0);
    db.rollback().await?;
    Ok(())
}

/// What stands in the other rows is the key that the database has.
#[aludel::test(library)]
async fn a_key_that_was_changed_and_not_flushed(mut db: Db) -> Result {
    let root = db.add(node(None, "root"));
    let leaf = db.add(node(Some(root), "leaf"));
    db.commit().await?;
    db.set_autoflush(false);
    db[root].id = 90;
    assert_eq!(Node::query().filter(Node::parent.eq(root)).one(&mut db).await?, leaf);
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn an_object_means_nothing_elsewhere(mut db: Db, engine: Engine) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let query = Post::query().filter(Post::author.eq(ann));
    let log = Log::begin();
    let mut connection = engine.connect().await?;
    let outside = [query.all(&engine).await.unwrap_err(), query.all(&mut connection).await.unwrap_err()];
    for error in outside {
        expect![[r#"
            UsageError: the statement names an object, an `Obj<Author>`, whose key only its session knows
              hint: run the statement on that session, `&mut db`, or name the key: `db[object].id`"#]]
        .assert_eq(&format!("{error:?}"));
    }
    let mut other = engine.session();
    expect![[r#"
        UsageError: the statement names an object, an `Obj<Author>`, that is not in this session
          hint: the object was deleted, rolled back, or belongs to another session; name its key instead of it"#]]
    .assert_eq(&format!("{:?}", query.all(&mut other).await.unwrap_err()));
    Author::query().all(&mut other).await?;
    assert_eq!(*query.all(&mut other).await.unwrap_err().kind(), ErrorKind::Usage, "it has an author of its own in that place");
    assert_eq!(log.sql(), "SELECT id, name, score, motto FROM authors\n");

    let gone = db.add(author("Bob"));
    db.rollback().await?;
    assert_eq!(*Post::query().filter(Post::author.eq(gone)).all(&mut db).await.unwrap_err().kind(), ErrorKind::Usage);
    Ok(())
}

#[aludel::test(library)]
async fn raw_sql_takes_keys_alone(mut db: Db) -> Result {
    let ann = db.add(author("Ann"));
    let reference: Ref<Author> = ann.into();
    let count = || raw("SELECT count(*) AS n FROM posts WHERE author_id = :author");
    let error = count().bind("author", reference.clone()).one(&mut db).await.unwrap_err();
    expect![[r#"
        UsageError: the parameter `:author` is bound to a `Author` that has no key yet
          hint: flush first, and bind the key: `db[object].id`"#]]
    .assert_eq(&format!("{error:?}"));
    assert_eq!(count().bind("author", Ref::<Author>::key(1)).one(&mut db).await?.get::<i64>("n"), 0);
    db.rollback().await?;
    Ok(())
}

#[aludel::test(library)]
async fn get_takes_a_reference(mut db: Db, engine: Engine) -> Result {
    let ann = db.add(author("Ann"));
    let first = db.add(post(ann, "first"));
    let waiting = db[first].author.clone();
    assert_eq!(db.get::<Author>(&waiting).await?, Some(ann), "the object itself, which has no row yet");
    db.commit().await?;
    let settled = db[first].author.clone();
    assert_eq!((waiting.get(), settled.get()), (None, Some(&1)));
    assert_eq!(db.get::<Author>(&settled).await?, Some(ann));
    assert_eq!(db.get::<Author>(settled.clone()).await?, Some(ann));
    assert_eq!(db.get::<Author>(waiting.clone()).await?, Some(ann));

    let mut other = engine.session();
    let elsewhere = other.get::<Author>(&settled).await?.unwrap();
    assert_eq!(other[elsewhere].name, "Ann");
    assert_eq!(*other.get::<Author>(&waiting).await.unwrap_err().kind(), ErrorKind::Usage);

    db.delete(first);
    db.delete(ann);
    assert_eq!((db.get::<Author>(&waiting).await?, db.get::<Author>(&settled).await?), (None, None));
    db.rollback().await?;
    Ok(())
}
