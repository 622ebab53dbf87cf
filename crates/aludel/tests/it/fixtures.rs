//! `#[aludel::test]`: each test on a database of its own, shared by all its arguments.

use aludel::prelude::*;

use crate::library::{Author, author, committed, library};

#[get("/count")]
async fn count(mut db: Db) -> Result<String> {
    Ok(Author::query().count(&mut db).await?.to_string())
}

fn app() -> App {
    library().routes(routes![count])
}

#[aludel::test]
async fn without_an_application_there_is_an_empty_database(mut db: Db, engine: Engine) -> Result {
    MetaData::of(models![Author]).create_all(&engine).await?;
    committed(&mut db, ["Ann"]).await;
    assert_eq!(Author::query().count(&engine).await?, 1);
    Ok(())
}

#[aludel::test(app)]
async fn session_client_and_engine_see_the_same_file(mut db: Db, client: Client, engine: Engine) -> Result {
    client.get("/count").await.assert_status(200).assert_contains("0");
    let ann = db.add(author("Ann"));
    db.flush().await?;
    assert_eq!(client.get("/count").await.text(), "0", "not committed");
    db.commit().await?;
    assert_eq!(client.get("/count").await.text(), "1");
    assert_eq!((db[ann].id, Author::query().count(&engine).await?), (1, 1));
    Ok(())
}

/// Both tests add the same name at the same time.
async fn alone(mut db: Db, client: Client) -> Result {
    committed(&mut db, ["Ann"]).await;
    assert_eq!(client.get("/count").await.text(), "1");
    Ok(())
}

#[aludel::test(app)]
async fn one_of_two_tests_at_a_time(db: Db, client: Client) -> Result {
    alone(db, client).await
}

#[aludel::test(app)]
async fn the_other_of_two_tests_at_a_time(db: Db, client: Client) -> Result {
    alone(db, client).await
}

#[aludel::test]
#[should_panic(expected = "the test asks for a client, but names no application\n  hint: write `#[aludel::test(app)]`")]
async fn a_client_needs_an_application(_client: Client) {}

#[aludel::test]
async fn the_files_of_a_test_are_removed_with_it() -> Result {
    let context = aludel::TestContext::plain().await?;
    context.engine().execute(raw("CREATE TABLE t (id INTEGER)")).await?;
    let file = std::path::PathBuf::from(context.engine().name());
    assert!(file.exists());
    drop(context);
    assert!(!file.exists() && !file.parent().unwrap().exists());
    Ok(())
}
