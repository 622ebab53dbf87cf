//! Statements and what they come to.

use aludel_engine::Begin;
use aludel_sql::{Collect, Discard, ErrorKind, Plain, raw, select as select_columns};

use super::list::cases;
use crate::people::{BOSS, EMAIL, ID, NAME, all as select, create, delete, insert, insert_all, names, update};

cases! {
    /// A row in, and out.
    one_row, |engine| {
        create(engine).await?;
        assert_eq!(engine.execute(insert("bob").set(EMAIL, "bob@x")).await?, 1);
        let row = select().one(engine).await?;
        assert_eq!((row.get(ID), row.get(NAME), row.get(EMAIL), row.get(BOSS)), (1, "bob".into(), Some("bob@x".into()), None));
    }
    /// Many rows by one statement, in their order.
    many_rows, |engine| {
        create(engine).await?;
        let expected: Vec<_> = (0..1_000).map(|number| format!("name {number:04}")).collect();
        for chunk in expected.chunks(300) {
            let outcome = engine.run_alone(&insert_all(chunk, false), &mut Discard).await?;
            assert_eq!(outcome.affected, chunk.len() as u64);
        }
        assert_eq!(names(engine).await?, expected);
    }
    /// Statements that do not wait for one another, in their order; what fails is told, and inside of a transaction nothing stays.
    several_at_once, |engine| {
        create(engine).await?;
        let mut connection = engine.connect().await?;
        let names_of = |from: i64| (from..from + 10).map(|number| insert(format!("name {number:02}")));
        assert_eq!(connection.execute_all(names_of(0)).await?, vec![1; 10]);
        let transaction = connection.begin().await?;
        drop(transaction);
        connection.start(Begin::default()).await?;
        assert_eq!(connection.execute_all(names_of(10)).await?, vec![1; 10]);
        assert!(connection.execute_all([insert("a"), insert("name 03"), insert("b")]).await.expect_err("it is there").as_integrity().is_some());
        connection.rollback().await?;
        connection.start(Begin::default()).await?;
        let changed = connection.execute_all([update().set(EMAIL, "x").filter(ID.le(3)), update().set(EMAIL, "y").filter(ID.gt(8))]).await?;
        connection.commit().await?;
        drop(connection);
        assert_eq!((changed, names(engine).await?.len()), (vec![3, 2], 10));
    }
    /// Rows that a condition meets count, whether they differ afterwards or not.
    changes_and_counts, |engine| {
        create(engine).await?;
        for name in ["ann", "bob", "eve"] {
            engine.execute(insert(name)).await?;
        }
        assert_eq!(engine.execute(update().set(EMAIL, "x").filter(NAME.ne("eve"))).await?, 2);
        assert_eq!(engine.execute(update().set(EMAIL, "x").filter(NAME.ne("eve"))).await?, 2, "the same again");
        assert_eq!(engine.execute(update().set(EMAIL, "y").filter(NAME.eq("zoe"))).await?, 0);
        assert_eq!(engine.execute(delete().filter(EMAIL.is_null())).await?, 1);
        assert_eq!(select().count(engine).await?, 2);
        assert!(!select().filter(NAME.eq("eve")).exists(engine).await?);
    }
    /// The database assigns keys, one after the other, and tells them by RETURNING or by the driver.
    keys_are_assigned, |engine| {
        create(engine).await?;
        for expected in 1..=3 {
            engine.execute(insert(expected.to_string())).await?;
            assert_eq!(select_columns(ID).order_by(ID.desc()).first(engine).await?, Some(expected));
        }
        engine.execute(insert("given").set(ID, 100)).await?;
        assert_eq!(select().filter(ID.eq(100)).one(engine).await?.get(NAME), "given");
    }
    /// INSERT .. RETURNING.
    inserts_return needs InsertReturning, |engine| {
        create(engine).await?;
        assert_eq!(insert("ann").returning((ID, NAME)).one(engine).await?, (1, "ann".to_owned()));
        let mut rows = Collect::<(i64, String), Plain>::all();
        engine.run_alone(&insert_all(&["bob".to_owned(), "eve".to_owned()], true), &mut rows).await?;
        assert_eq!(rows.rows, [(2, "bob".to_owned()), (3, "eve".to_owned())]);
    }
    /// UPDATE .. RETURNING.
    updates_return needs UpdateReturning, |engine| {
        create(engine).await?;
        engine.execute(insert("ann")).await?;
        let names = update().set(NAME, "bob").filter(ID.eq(1)).returning(NAME).all(engine).await?;
        assert_eq!(names, ["bob"]);
    }
    /// DELETE .. RETURNING.
    deletes_return needs DeleteReturning, |engine| {
        create(engine).await?;
        engine.execute(insert("ann")).await?;
        assert_eq!(delete().filter(ID.eq(1)).returning(NAME).all(engine).await?, ["ann"]);
        assert_eq!(select().count(engine).await?, 0);
    }
    /// Conditions mean the same everywhere.
    conditions, |engine| {
        create(engine).await?;
        for (name, email) in [("ann", Some("a@x")), ("Ann", None), ("bob", Some("b@x")), ("bo", None)] {
            engine.execute(insert(name).set(EMAIL, email.map(str::to_owned))).await?;
        }
        let found = |condition| select_columns(ID).filter(condition).order_by(ID).all(engine);
        assert_eq!(found(NAME.eq("ann")).await?, [1], "texts are equal if they are the same");
        assert_eq!(found(NAME.is_in(["bob", "bo", "none"])).await?, [3, 4]);
        assert_eq!(found(NAME.is_in(Vec::<String>::new())).await?, [0_i64; 0]);
        assert_eq!(found(!NAME.is_in(Vec::<String>::new())).await?, [1, 2, 3, 4]);
        assert_eq!(found(EMAIL.is_null().and(NAME.like("b%"))).await?, [4]);
        assert_eq!(found(EMAIL.eq("a@x").or(ID.gt(3))).await?, [1, 4]);
        assert_eq!(found(!EMAIL.eq("a@x")).await?, [3], "NULL is neither");
        assert_eq!(found(ID.ge(2).and(ID.lt(4))).await?, [2, 3]);
    }
    /// LIMIT and OFFSET, together and alone.
    limits, |engine| {
        create(engine).await?;
        for name in ["a", "b", "c", "d"] {
            engine.execute(insert(name)).await?;
        }
        let all = || select_columns(NAME).order_by(ID);
        assert_eq!(all().limit(2).all(engine).await?, ["a", "b"]);
        assert_eq!(all().limit(2).offset(1).all(engine).await?, ["b", "c"]);
        assert_eq!(all().offset(3).all(engine).await?, ["d"]);
        assert_eq!(all().limit(0).all(engine).await?, [""; 0]);
        assert_eq!(all().limit(3).offset(2).count(engine).await?, 2);
        assert_eq!(*all().one(engine).await.expect_err("four rows").kind(), ErrorKind::MultipleRows);
    }
    /// SQL as it is written, its values by name.
    raw_statements, |engine| {
        create(engine).await?;
        let inserted = raw("INSERT INTO people (name, email) VALUES (:name, :email)").bind("name", "x:y").bind("email", None::<String>);
        assert_eq!(inserted.execute(engine).await?, 1);
        let row = raw("SELECT name AS who, id FROM people WHERE name = :name -- :no parameter").bind("name", "x:y").one(engine).await?;
        assert_eq!((row.get::<String>("who"), row.get::<i64>(1)), ("x:y".to_owned(), 1));
    }
    /// Tables that are there stay as they are.
    schema_twice, |engine| {
        create(engine).await?;
        engine.execute(insert("ann")).await?;
        create(engine).await?;
        assert_eq!(names(engine).await?, ["ann"]);
    }
}
