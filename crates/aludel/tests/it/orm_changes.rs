//! Which statements a flush comes to: only what changed, and nothing if nothing did.

use aludel::TestContext;
use aludel::prelude::*;
use expect_test::{Expect, expect};

use crate::library::{Author, author, committed, library, post};
use crate::log::Log;

/// Edits a committed object and compares what the commit sends; `motto` is "m" and `score` infinite before.
#[track_caller]
fn check(edit: fn(&mut Author), expected: Expect) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sent = runtime.block_on(async {
        let context = TestContext::serve(library()).await.unwrap();
        let mut db = Db::new(context.engine().session());
        let ann = db.add(Author { score: f64::INFINITY, motto: Some("m".into()), ..author("Ann") });
        db.commit().await.unwrap();
        let log = Log::begin();
        edit(&mut db[ann]);
        db.commit().await.unwrap();
        log.sql()
    });
    expected.assert_eq(&sent);
}

#[test]
fn an_update_names_the_columns_that_changed() {
    check(
        |ann| ann.score = 2.5,
        expect![[r#"
            UPDATE authors SET score = ?1 WHERE id = ?2
            COMMIT
        "#]],
    );
    check(
        |ann| {
            ann.motto = None;
            ann.name = "Anna".into();
        },
        expect![[r#"
            UPDATE authors SET name = ?1, motto = ?2 WHERE id = ?3
            COMMIT
        "#]],
    );
    check(
        |ann| ann.id = 7,
        expect![[r#"
            UPDATE authors SET id = ?1 WHERE id = ?2
            COMMIT
        "#]],
    );
}

#[test]
fn no_change_is_no_statement() {
    check(|_| {}, expect![""]);
    check(|ann| ann.name = "Ann".into(), expect![""]);
    check(|ann| ann.score = f64::INFINITY, expect![""]);
    check(
        |ann| {
            ann.name.push('a');
            ann.name.pop();
            ann.motto = None;
            ann.motto = Some("m".into());
        },
        expect![""],
    );
}

#[aludel::test(library)]
async fn floats_differ_by_their_bits(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let log = Log::begin();
    for score in [0.0, -0.0, -0.0] {
        db[ann].score = score;
        db.commit().await?;
    }
    log.check(expect![[r#"
        UPDATE authors SET score = ?1 WHERE id = ?2
        COMMIT
        UPDATE authors SET score = ?1 WHERE id = ?2
        COMMIT
    "#]]);
    Ok(())
}

#[aludel::test(library)]
async fn objects_that_differ_alike_share_a_statement(mut db: Db) -> Result {
    let [ann, bob, cal] = committed(&mut db, ["Ann", "Bob", "Cal"]).await;
    let log = Log::begin();
    db[ann].score = 2.0;
    db[bob].motto = Some("b".into());
    db[cal].score = 3.0;
    db.commit().await?;
    log.check(expect![[r#"
        UPDATE authors SET score = ?1 WHERE id = ?2 x2
        UPDATE authors SET motto = ?1 WHERE id = ?2
        COMMIT
    "#]]);
    Ok(())
}

#[aludel::test(library)]
async fn each_flush_moves_the_base_of_the_comparison(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    db[ann].score = 2.0;
    db.flush().await?;
    db[ann].score = 2.0;
    let log = Log::begin();
    db.flush().await?;
    log.check(expect![""]);
    db[ann].score = 1.0;
    db.flush().await?;
    log.check(expect![[r#"
        SAVEPOINT aludel_0
        UPDATE authors SET score = ?1 WHERE id = ?2
        RELEASE SAVEPOINT aludel_0
    "#]]);
    db.commit().await?;
    Ok(())
}

#[aludel::test(library)]
async fn a_reference_to_an_object_is_compared_by_its_key(mut db: Db) -> Result {
    let [ann, bob] = committed(&mut db, ["Ann", "Bob"]).await;
    let first = db.add(post(ann, "first"));
    db.commit().await?;
    let log = Log::begin();
    db[first].author = ann.into();
    db.commit().await?;
    log.check(expect![""]);
    db[first].editor = Some(bob.into());
    db.commit().await?;
    log.check(expect![[r#"
        UPDATE posts SET editor_id = ?1 WHERE id = ?2
        COMMIT
    "#]]);
    db[first].editor = None;
    db.commit().await?;
    log.check(expect![[r#"
        UPDATE posts SET editor_id = ?1 WHERE id = ?2
        COMMIT
        UPDATE posts SET editor_id = ?1 WHERE id = ?2
        COMMIT
    "#]]);
    Ok(())
}

#[aludel::test(library)]
async fn a_commit_without_changes_sends_nothing(mut db: Db) -> Result {
    let log = Log::begin();
    db.commit().await?;
    db.rollback().await?;
    log.check(expect![""]);
    assert!(!db.has_changes());
    Ok(())
}
