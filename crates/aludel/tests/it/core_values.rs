//! What an INSERT without objects refuses before anything is sent, and what it leaves to the database.

use aludel::prelude::*;
use aludel::sql::RawSql;
use expect_test::{Expect, expect};

use crate::library::{Author, Member, Post, Setting, author, committed, library, names, post};
use crate::log::Log;

fn keyed(id: i64, name: &str) -> Author {
    Author { id, ..author(name) }
}

/// The error of a statement that is not sent.
#[track_caller]
fn refused(result: Result<u64, DbError>, log: &Log, expected: Expect) -> ErrorKind {
    let error = result.unwrap_err();
    expected.assert_eq(&format!("{error:?}"));
    assert_eq!(log.sql(), "", "nothing is sent");
    error.kind().clone()
}

#[aludel::test(library)]
async fn rows_with_and_without_keys_are_of_two_statements(engine: Engine) -> Result {
    let log = Log::begin();
    let kind = refused(
        Author::insert_many([author("a"), keyed(77, "b")]).execute(&engine).await,
        &log,
        expect![[r#"
            UsageError: some rows bring column `id` of `authors`, and for others it is `auto()`: one INSERT cannot do both
              hint: insert the rows that bring their keys by one `insert_many`, and then the others by a second one"#]],
    );
    assert_eq!(kind, ErrorKind::Usage);
    for rows in [vec![keyed(88, "a"), author("b")], vec![author("a"), author("b"), keyed(1, "c"), author("d")]] {
        let error = engine.execute(Author::insert_many(rows)).await.unwrap_err();
        assert!(error.to_string().contains("some rows bring column `id` of `authors`"), "{error}");
    }
    let returned = Author::insert_many([keyed(88, "a"), author("b")]).returning(Author::id).all(&engine).await;
    assert_eq!(*returned.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(log.sql(), "");

    assert_eq!(Author::insert_many([keyed(77, "a"), keyed(5, "b")]).execute(&engine).await?, 2);
    assert_eq!(Author::insert_many([author("c"), author("d")]).execute(&engine).await?, 2);
    assert_eq!(names(&engine).await.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [5, 77, 78, 79]);
    Ok(())
}

#[aludel::test(library)]
async fn auto_is_for_generated_keys(engine: Engine) -> Result {
    let log = Log::begin();
    let setting = |value| Setting { key: format!("k{value}"), value };
    let kind = refused(
        Setting::insert_many([setting(1), setting(auto())]).execute(&engine).await,
        &log,
        expect![[r#"
            DataError: column `value` of `settings` is `auto()`, but the database assigns it no value
              hint: `auto()` is for a new object whose primary key is one integer column; the number that stands for it cannot be stored"#]],
    );
    assert_eq!(kind, ErrorKind::Data { column: Some("value".into()) });
    let member = Member { club: 1, number: auto(), name: "m".into() };
    refused(
        Member::insert_many([member]).execute(&engine).await,
        &log,
        expect![[r#"
            DataError: column `number` of `members` is `auto()`, but the database assigns it no value
              hint: `auto()` is for a new object whose primary key is one integer column; the number that stands for it cannot be stored"#]],
    );
    refused(
        Setting::update().set(Setting::value, auto::<i64>()).execute(&engine).await,
        &log,
        expect![[r#"
            DataError: column `value` of `settings` is `auto()`, but the database assigns it no value
              hint: `auto()` is for a new object whose primary key is one integer column; the number that stands for it cannot be stored"#]],
    );
    let insert = Author::insert().set(Author::id, auto::<i64>()).set(Author::name, "a").set(Author::score, 1.0);
    assert_eq!(insert.returning(Author::id).one(&engine).await?, 1);
    Ok(())
}

#[aludel::test(library)]
async fn a_reference_to_an_object_without_a_key_is_for_its_session(mut db: Db, engine: Engine) -> Result {
    let ann = db.add(author("Ann"));
    let posts = || [post(Ref::key(7), "by key"), Post { editor: Some(ann.into()), ..post(ann, "by object") }];
    let log = Log::begin();
    refused(
        Post::insert_many(posts()).execute(&engine).await,
        &log,
        expect![[r#"
            UsageError: column `author_id` of `posts` is set to an object, an `Obj<Author>`, whose key only its session knows
              hint: run the statement on that session, `&mut db`, or name the key: `db[object].id`"#]],
    );
    refused(
        Post::insert().set(Post::title, "t").set(Post::author, ann).execute(&engine).await,
        &log,
        expect![[r#"
            UsageError: column `author_id` of `posts` is set to an object, an `Obj<Author>`, whose key only its session knows
              hint: run the statement on that session, `&mut db`, or name the key: `db[object].id`"#]],
    );

    committed(&mut db, ["b", "c", "d", "e", "f", "g"]).await;
    assert_eq!(Post::insert_many(posts()).execute(&mut db).await?, 2);
    let written = Post::query().filter(Post::title.eq("by object")).one(&mut db).await?;
    let (author, editor) = (db[written].author.get().copied(), db[written].editor.as_ref().and_then(|editor| editor.get().copied()));
    assert_eq!((author, editor), (Some(db[ann].id), Some(db[ann].id)));
    assert!(log.sql().contains("INSERT INTO posts (author_id, editor_id, title) VALUES (?1, ?2, ?3) x2"), "{}", log.sql());
    db.commit().await?;
    Ok(())
}

#[aludel::test(library)]
async fn rows_of_plain_values_are_not_limited(engine: Engine) -> Result {
    let rows = (0..12_000).map(|n| author(&format!("n{n}")));
    assert_eq!(Author::insert_many(rows).execute(&engine).await?, 12_000, "36,000 values");
    let keys: Vec<i64> = (1..=20_000).collect();
    assert_eq!(Author::query().filter(Author::id.is_in(keys.clone())).count(&engine).await?, 12_000);
    let log = Log::begin();
    let more = keys.iter().chain(&keys).copied();
    let error = Author::query().filter(Author::id.is_in(more)).count(&engine).await.unwrap_err();
    assert_eq!((error.kind(), &*log.sql()), (&ErrorKind::TooManyParameters, ""));
    Ok(())
}

#[aludel::test(library)]
async fn tables_that_no_condition_joins_are_told_once(engine: Engine) -> Result {
    let log = Log::begin();
    let query = Author::query().filter(Post::title.eq("told once"));
    for _round in 0..3 {
        query.all(&engine).await?;
    }
    let told = log.complaints("no condition joins");
    expect!["WARN no condition joins `authors` and `posts`: every row of the one meets every row of the other"].assert_eq(&told.join("\n"));
    Author::query().filter(Post::author.eq(Author::id)).filter(Post::title.eq("x")).all(&engine).await?;
    assert_eq!(log.complaints("no condition joins").len(), 1);
    Ok(())
}

/// A long text is neither logged nor told whole.
#[aludel::test(library)]
async fn a_long_statement_is_cut_in_the_log(engine: Engine) -> Result {
    let text = |table: &str| format!("SELECT 1 AS n /* {} */ FROM {table}", "x".repeat(6_000));
    let run = async |sql: String| raw(RawSql::trusted(sql)).all(&engine).await;
    let log = Log::begin();
    assert_eq!(run(text("authors")).await?.len(), 0);
    let logged = log.sql();
    assert!(logged.starts_with("SELECT 1 AS n /* xx") && logged.ends_with("x… (6033 characters)\n"), "{logged}");
    assert!(logged.chars().count() < 2_100);
    let error = run(text("nowhere")).await.unwrap_err();
    assert!(format!("{error:?}").contains("x… (6033 characters)"), "{error:?}");
    assert_eq!(error.sql(), Some(&*text("nowhere")));
    Ok(())
}

#[get("/long")]
async fn long(mut db: Db) -> Result<String> {
    raw(RawSql::trusted(format!("SELECT 1 /* {} */ FROM nowhere", "x".repeat(6_000)))).all(&mut db).await?;
    Ok(String::new())
}

fn long_statement() -> App {
    library().debug(true).routes(routes![long])
}

#[aludel::test(long_statement)]
async fn a_long_statement_is_cut_on_the_debug_page(client: Client) {
    let page = client.get("/long").await;
    page.assert_status(500).assert_contains("SELECT 1 /* xx").assert_contains("x… (6028 characters)");
    assert!(!page.text().contains(&"x".repeat(2_000)), "{}", page.text());
}

#[aludel::test(library)]
async fn a_long_statement_is_cut_where_its_holder_is_named(engine: Engine) -> Result {
    let mut transaction = engine.begin().await?;
    transaction.execute(raw(RawSql::trusted(format!("UPDATE authors SET score = 1 /* {} */", "x".repeat(6_000))))).await?;
    let error = engine.execute(raw("DELETE FROM authors")).await.unwrap_err();
    let told = format!("{error:?}");
    assert!(*error.kind() == ErrorKind::Deadlock && told.contains("x… (6035 characters)`"), "{told}");
    Ok(())
}
