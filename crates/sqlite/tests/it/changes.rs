//! What statements change: many rows at once, generated keys, counts, and results that end early.

use aludel_sql::{Collect, Constraint, Executable, Outcome, Plain, Result, Row, RowRef, Sink, Step, raw, select};

use crate::people::{EMAIL, ID, Many, NAME, all, id_and_name, insert, update};
use crate::world::{World, execute, number};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|nth| format!("name {nth:04}")).collect()
}

#[tokio::test]
async fn many_rows_are_one_transaction() {
    let (world, engine) = World::with_people().await;
    assert_eq!(engine.execute(Many(names(500), None)).await.expect("to insert"), 500);
    let mut bad: Vec<_> = (0..300).map(|nth| format!("new {nth}")).collect();
    bad[299] = "name 0007".to_owned();
    let error = engine.execute(Many(bad.clone(), None)).await.expect_err("one is there already");
    assert_eq!(error.as_integrity().map(|integrity| integrity.kind), Some(Constraint::Unique));
    assert_eq!(world.count(), 500, "none of the others is there");

    let mut connection = engine.connect().await.expect("a connection");
    connection.execute(Many(bad, None)).await.expect_err("one is there already");
    assert!(!connection.is_open());
    assert_eq!(connection.execute(insert("eve")).await.expect("to insert"), 1);
    assert_eq!(world.count(), 501);
}

#[tokio::test]
async fn many_rows_in_a_transaction_are_a_part_of_it() {
    let (world, engine) = World::with_people().await;
    let mut transaction = engine.begin().await.expect("to begin");
    transaction.execute(Many(names(3), None)).await.expect("to insert");
    assert_eq!(world.count(), 0);
    transaction.commit().await.expect("to commit");
    assert_eq!(world.count(), 3);
}

#[tokio::test]
async fn returned_rows_stand_in_the_order_of_the_inserted() {
    let (_world, engine) = World::with_people().await;
    let statement = Many(names(100).into_iter().rev().collect(), id_and_name()).into_statement();
    let mut sink = Collect::<(i64, String), Plain>::all();
    let mut connection = engine.connect().await.expect("a connection");
    let outcome = connection.run_with(&statement, &mut sink, &mut ()).await.expect("to insert");
    let expected: Vec<_> = (1..).zip(names(100).into_iter().rev()).collect();
    assert_eq!(sink.rows, expected);
    assert_eq!(outcome, Outcome { affected: 100, generated: Some(100) });
}

/// Hears what each run of a statement did.
#[derive(Default)]
struct Heard(Vec<Outcome>);

impl Sink for Heard {
    fn row(&mut self, _row: &dyn RowRef, _tracker: &mut dyn std::any::Any) -> Result<Step> {
        Ok(Step::More)
    }

    fn executed(&mut self, outcome: Outcome) {
        self.0.push(outcome);
    }
}

#[tokio::test]
async fn generated_keys_are_told_for_each_row() {
    let (_world, engine) = World::with_people().await;
    let (statement, mut heard) = (Many(names(3), None).into_statement(), Heard::default());
    engine.connect().await.expect("a connection").run_with(&statement, &mut heard, &mut ()).await.expect("to insert");
    let outcome = |key| Outcome { affected: 1, generated: Some(key) };
    assert_eq!(heard.0, [outcome(1), outcome(2), outcome(3)]);
}

#[tokio::test]
async fn counts() {
    let (_world, engine) = World::with_people().await;
    let check = async |sql: &'static str, expected: u64| {
        assert_eq!(engine.execute(raw(sql)).await.expect(sql), expected, "{sql}");
    };
    check("INSERT INTO people (name) VALUES ('a'), ('b'), ('c')", 3).await;
    check("CREATE TABLE other (id INTEGER PRIMARY KEY)", 0).await;
    check("CREATE TABLE copy AS SELECT * FROM people", 0).await;
    check("UPDATE people SET email = 'x' WHERE id > 1", 2).await;
    check("UPDATE people SET email = 'x' WHERE id > 100", 0).await;
    check("SELECT * FROM people", 0).await;
    check("INSERT OR IGNORE INTO people (name) VALUES ('a')", 0).await;
    check("CREATE TRIGGER gone AFTER DELETE ON people BEGIN INSERT INTO other VALUES (NULL); END", 0).await;
    check("DELETE FROM people WHERE id = 2", 1).await;
    check("DELETE FROM people", 2).await;
    check("DELETE FROM people", 0).await;
    check("DROP TABLE copy", 0).await;
    assert_eq!(engine.execute(update().set(EMAIL, "y".to_owned()).filter(ID.eq(1))).await.expect("to update"), 0);
}

/// A statement that stands on a row keeps a table from being dropped and the log from being begun anew.
#[tokio::test]
async fn a_result_that_ends_early_leaves_nothing_running() {
    let (world, engine) = World::with_people().await;
    engine.execute(Many(names(2000), None)).await.expect("to insert");
    let mut connection = engine.connect().await.expect("a connection");
    assert_eq!(select(NAME).order_by(NAME.asc()).first(&mut connection).await.expect("to read").as_deref(), Some("name 0000"));
    assert!(all().first(&mut connection).await.expect("to read").is_some());
    raw("SELECT * FROM people").one(&mut connection).await.expect_err("there are more");
    let busy: i64 = world.outside().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).expect("a checkpoint");
    assert_eq!(busy, 0, "no reader is in the way");
    assert_eq!(connection.execute(insert("bob")).await.expect("to insert"), 1);
    connection.execute(raw("DROP TABLE people")).await.expect("nothing uses it");
}

/// The rows of a RETURNING that nobody wants were inserted all the same.
#[tokio::test]
async fn the_first_of_several_returned_rows() {
    let (world, engine) = World::with_people().await;
    let row: Option<Row> =
        raw("INSERT INTO people (name) VALUES ('a'), ('b'), ('c') RETURNING name").first(&engine).await.expect("to insert");
    assert_eq!(row.expect("a row").get::<String>("name"), "a");
    assert_eq!(world.count(), 3);
    // A check that SQLite makes at the end is made, though the row was there before.
    execute(&engine, "CREATE TABLE late (person INTEGER REFERENCES people DEFERRABLE INITIALLY DEFERRED)").await;
    let error = raw("INSERT INTO late VALUES (99) RETURNING person").first(&engine).await.expect_err("nobody is number 99");
    assert_eq!(error.as_integrity().map(|integrity| integrity.kind), Some(Constraint::ForeignKey));
    execute(&engine, "DROP TABLE late").await;
    execute(&engine, "DROP TABLE people").await;
    assert_eq!(number(&engine, "SELECT count(*) FROM sqlite_schema WHERE name = 'people'").await, 0);
}
