//! What a connection remembers between two holders, and what the server forgets meanwhile.

use aludel_sql::{ErrorKind, Type, raw};

use crate::people::{all, insert};
use crate::world::{World, execute};

async fn setting(engine: &aludel_engine::Engine, name: &'static str) -> String {
    raw("SELECT current_setting(:name)").bind("name", name).one(engine).await.expect(name).get(0)
}

#[tokio::test]
async fn a_session_that_was_changed_is_restored() {
    let world = World::new().await;
    let engine = world.small_engine(1);
    let before = raw("SELECT pg_backend_pid()").one(&engine).await.expect("the row").get::<i32>(0);
    for change in [
        "SET work_mem = '4711kB'",
        "SELECT set_config('work_mem', '4711kB', false)",
        "CREATE TEMP TABLE t (a INT)",
        "SELECT pg_advisory_lock(4711)",
    ] {
        execute(&engine, change).await;
        assert_ne!(raw("SELECT current_setting('work_mem')").one(&engine).await.expect("a setting").get::<String>(0), "4711kB");
        assert!(raw("SELECT to_regclass('t') IS NULL").one(&engine).await.expect("the row").get::<bool>(0), "{change}");
    }
    assert_eq!(world.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711").await, 0);
    assert_eq!(raw("SELECT pg_backend_pid()").one(&engine).await.expect("the row").get::<i32>(0), before, "the connection is the same");
    assert!(setting(&engine, "search_path").await.starts_with("aludel_"), "what the URL says stays");
    execute(&engine, "PREPARE mine AS SELECT 1").await;
    assert_ne!(raw("SELECT pg_backend_pid()").one(&engine).await.expect("the row").get::<i32>(0), before, "another connection");
}

#[tokio::test]
async fn settings_of_the_session() {
    let world = World::new().await;
    let engine = world.engine();
    for (name, value) in
        [("TimeZone", "UTC"), ("client_encoding", "UTF8"), ("standard_conforming_strings", "on"), ("IntervalStyle", "iso_8601")]
    {
        assert_eq!(setting(&engine, name).await, value);
    }
    let url = format!("{}&statement_timeout=30", world.url());
    let engine = aludel_engine::Engine::on(aludel_postgres::Postgres::from_url(&url).expect("a URL"));
    let error = raw("SELECT pg_sleep(30)").one(&engine).await.expect_err("it takes too long");
    assert_eq!(*error.kind(), ErrorKind::Timeout, "{error:?}");
}

/// A statement that was prepared before the table changed is prepared again, where nothing is lost by it.
#[tokio::test]
async fn a_table_that_changes_under_a_prepared_statement() {
    let (world, _engine) = World::with_people().await;
    let engine = world.small_engine(1);
    engine.execute(insert("bob")).await.expect("to insert");
    let star = raw("SELECT * FROM people");
    assert_eq!(star.one(&engine).await.expect("the row").values().len(), 4);
    world.execute_outside("ALTER TABLE people ADD COLUMN age BIGINT").await;
    assert_eq!(star.one(&engine).await.expect("the row").values().len(), 5);
    assert_eq!(all().all(&engine).await.expect("the rows").len(), 1);
    let mut transaction = engine.begin().await.expect("to begin");
    star.one(&mut transaction).await.expect("the row");
    transaction.commit().await.expect("to commit");
    world.execute_outside("ALTER TABLE people DROP COLUMN age").await;
    let mut transaction = engine.begin().await.expect("to begin");
    let error = star.one(&mut transaction).await.expect_err("its columns have changed");
    assert_eq!(*error.kind(), ErrorKind::Serialization, "{error:?}");
    drop(transaction);
    assert_eq!(star.one(&engine).await.expect("the row").values().len(), 4);
    // All that was prepared is gone.
    execute(&engine, "DEALLOCATE ALL").await;
    assert_eq!(star.one(&engine).await.expect("the row").values().len(), 4);
}

#[tokio::test]
async fn more_statements_than_are_kept() {
    let world = World::new().await;
    let engine = world.small_engine(1);
    for round in 0..2 {
        for nth in 0..300_i64 {
            let sql: &'static str = format!("SELECT {nth}::int8").leak();
            assert_eq!(raw(sql).one(&engine).await.expect("the row").get::<i64>(0), nth, "{round}");
        }
    }
    let kept: i64 = raw("SELECT count(*) FROM pg_prepared_statements").one(&engine).await.expect("the row").get(0);
    assert!(kept <= 260, "{kept} are kept");
}

#[tokio::test]
async fn the_columns_of_a_table() {
    let (world, engine) = World::with_people().await;
    let mut connection = engine.connect().await.expect("a connection");
    let columns = connection.columns("people").await.expect("the columns");
    let shown: Vec<_> = columns.iter().map(|column| (&*column.name, column.ty, column.nullable, column.primary_key)).collect();
    let expected = [
        ("id", Type::BigInt, false, true),
        ("name", Type::Text, false, false),
        ("email", Type::Text, true, false),
        ("boss_id", Type::BigInt, true, false),
    ];
    assert_eq!(shown, expected);
    assert!(connection.columns("nobody").await.expect("an answer").is_empty());
    world.execute_outside("CREATE TABLE \"Odd\"\"name\" (a NUMERIC[], b UUID)").await;
    let columns = connection.columns("Odd\"name").await.expect("the columns");
    assert_eq!(columns.iter().map(|column| column.ty).collect::<Vec<_>>(), [Type::Array(&Type::Decimal), Type::Uuid]);
}

#[tokio::test]
async fn a_connection_that_the_server_ends() {
    let (world, _engine) = World::with_people().await;
    let engine = world.small_engine(1);
    let pid = raw("SELECT pg_backend_pid()").one(&engine).await.expect("the row").get::<i32>(0);
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(insert("bob")).await.expect("to insert");
    world.execute_outside(&format!("SELECT pg_terminate_backend({pid}, 5000)")).await;
    let error = transaction.execute(insert("eve")).await.expect_err("the connection is gone");
    assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
    drop(transaction);
    assert_eq!(engine.execute(insert("joe")).await.expect("on a new connection"), 1);
    assert_eq!(world.count().await, 1);
}
