//! What a database refuses: by kind, with names, and never with a value.

use aludel_engine::Engine;
use aludel_sql::{Constraint, Error, ErrorKind, Executable, Integrity, raw};

use super::list::cases;
use crate::canary::{NUMBER, check_silent};
use crate::people::{BOSS, EMAIL, ID, NAME, all as select, create, delete, insert, names, update};

/// One that looks like the end of a server's message.
const CANARY: &str = "tweety-4711 for key 'x' (y)=(z)";

async fn refused(engine: &Engine, statement: impl Executable) -> Error {
    let error = engine.execute(statement).await.expect_err("a refusal");
    check_silent(&error);
    assert!(error.sql().is_some(), "the statement is not told: {error:?}");
    error
}

#[track_caller]
fn named(error: &Error) -> (Constraint, Option<&str>, Option<&str>, Vec<&str>) {
    let Integrity { kind, constraint, table, columns } = error.as_integrity().expect("a violated constraint");
    (*kind, constraint.as_deref(), table.as_deref(), columns.iter().map(String::as_str).collect())
}

cases! {
    /// The second row of a name.
    unique, |engine| {
        create(engine).await?;
        engine.execute(insert(CANARY)).await?;
        let error = refused(engine, insert(CANARY)).await;
        assert_eq!(named(&error), (Constraint::Unique, Some("uq_people_name"), Some("people"), vec!["name"]), "{error:?}");
        assert_eq!(names(engine).await?, [CANARY]);
    }
    /// The second row of a key.
    primary_key, |engine| {
        create(engine).await?;
        engine.execute(insert("a").set(ID, NUMBER)).await?;
        let error = refused(engine, insert(CANARY).set(ID, NUMBER)).await;
        let (kind, _, table, columns) = named(&error);
        assert_eq!((kind, table, columns), (Constraint::PrimaryKey, Some("people"), vec!["id"]), "{error:?}");
    }
    /// A row that points at nothing, and one that others point at.
    foreign_key, |engine| {
        create(engine).await?;
        let error = refused(engine, insert(CANARY).set(BOSS, NUMBER)).await;
        let expected = (Constraint::ForeignKey, Some("fk_people_boss_id_people"), Some("people"), vec!["boss_id"]);
        assert_eq!(named(&error), expected, "{error:?}");
        engine.execute(insert("boss").set(ID, NUMBER)).await?;
        engine.execute(insert("bob").set(BOSS, NUMBER)).await?;
        let error = refused(engine, delete().filter(ID.eq(NUMBER))).await;
        assert_eq!(named(&error), expected, "{error:?}");
    }
    /// A column that must have a value.
    not_null, |engine| {
        create(engine).await?;
        let error = refused(engine, raw("INSERT INTO people (name, email) VALUES (NULL, :email)").bind("email", CANARY)).await;
        let (kind, _, _, columns) = named(&error);
        assert_eq!((kind, columns), (Constraint::NotNull, vec!["name"]), "{error:?}");
    }
    /// Characters are counted before anything is sent.
    too_long, |engine| {
        create(engine).await?;
        for statement in [insert(format!("tweety{}", "é".repeat(45))), insert("ok").set(EMAIL, "x".repeat(101))] {
            let error = engine.execute(statement).await.expect_err("a refusal");
            assert!(matches!(error.kind(), ErrorKind::Data { column: Some(_) }), "{error:?}");
        }
        engine.execute(insert("é".repeat(50))).await?;
        let error = engine.execute(update().set(NAME, "x".repeat(51))).await.expect_err("a refusal");
        assert!(matches!(error.kind(), ErrorKind::Data { column: Some(_) }), "{error:?}");
    }
    /// A character that hardly any database keeps.
    nul, |engine| {
        create(engine).await?;
        let error = engine.execute(insert("a\0b")).await.expect_err("a refusal");
        assert!(matches!(error.kind(), ErrorKind::Data { .. }), "{error:?}");
        assert_eq!(select().count(engine).await?, 0);
    }
    /// What is no SQL.
    syntax, |engine| {
        let error = refused(engine, raw("SELEKT 1")).await;
        assert_eq!(*error.kind(), ErrorKind::Syntax, "{error:?}");
    }
    /// Tables and columns that are not there are named.
    missing_table, |engine| {
        let error = refused(engine, raw("SELECT 1 FROM nowhere")).await;
        assert!(*error.kind() == ErrorKind::Syntax && error.to_string().contains("nowhere"), "{error:?}");
        create(engine).await?;
        let error = refused(engine, raw("SELECT nobody FROM people")).await;
        assert!(*error.kind() == ErrorKind::Syntax && error.to_string().contains("nobody"), "{error:?}");
    }
    /// More values than a statement takes.
    too_many_parameters, |engine| {
        create(engine).await?;
        let error = select().filter(ID.is_in(0..70_000)).all(engine).await.expect_err("a refusal");
        assert_eq!(*error.kind(), ErrorKind::TooManyParameters, "{error:?}");
    }
}
