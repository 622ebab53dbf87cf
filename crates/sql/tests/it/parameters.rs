//! How many parameters a statement may have: lists are padded where there is room, and what is too much is told first.

use aludel_sql::{Error, ErrorKind, Executable, Expr, Shape, Sqlite, Statement, compile, excerpt, select};
use expect_test::expect;

use crate::people::{self, ID, NAME};

fn query(condition: Expr<bool>) -> Statement {
    select(ID).filter(condition).into_statement()
}

/// The number of parameters in the text, of which there are as many as binds.
#[track_caller]
fn parameters(statement: &Statement) -> usize {
    let sql = compile(statement, &Sqlite).expect("it compiles").sql;
    let binds = Shape::of(statement, &Sqlite).expect("there are not too many").binds().len();
    let text = sql.matches('?').count();
    assert_eq!(text, binds);
    text
}

fn refused(statement: &Statement) -> Error {
    Shape::of(statement, &Sqlite).expect_err("there are too many")
}

#[test]
fn a_list_is_padded_only_where_there_is_room() {
    let list = |length: i64| query(ID.is_in(0..length));
    assert_eq!(parameters(&list(9_000)), 16_384);
    assert_eq!(parameters(&list(16_384)), 16_384);
    assert_eq!(parameters(&list(16_385)), 16_385, "32,768 are more than SQLite takes");
    assert_eq!(parameters(&list(32_766)), 32_766);
    assert_eq!(parameters(&query(ID.is_in(0..16_000).and(ID.not_in(0..16_000)).and(NAME.eq("x")))), 32_001, "each alone has room");
    assert_eq!(parameters(&query(ID.is_in(0..3).and(ID.not_in(0..32_763)))), 32_766);
}

#[test]
fn too_many_parameters_are_an_error_of_their_own() {
    let error = refused(&query(ID.is_in(0..32_767)));
    assert_eq!(*error.kind(), ErrorKind::TooManyParameters);
    expect![[r#"
        TooManyParametersError: the statement has 32767 parameters, more than the 32766 that sqlite takes
          hint: split the list, or the rows, over several statements; rows of nothing but values, as `insert_many` has them, run one by one on SQLite and are not limited"#]]
    .assert_eq(&format!("{error:?}"));
    refused(&query(ID.is_in(0..32_766).and(NAME.eq("x"))));
    refused(&people::update().set(NAME, "x").filter(ID.is_in(0..32_766)).into_statement());
}

#[test]
fn long_lists_of_one_length_have_one_text() {
    let key = |statement: &Statement| Shape::of(statement, &Sqlite).expect("there are not too many").key();
    let list = |from: i64, length: i64| query(ID.is_in(from..from + length));
    assert_eq!(key(&list(0, 20_000)), key(&list(7, 20_000)));
    assert_ne!(key(&list(0, 20_000)), key(&list(0, 20_001)));
    assert_eq!(key(&list(0, 9_000)), key(&list(0, 9_001)), "these are padded");
}

#[test]
fn a_long_statement_is_shown_by_its_beginning() {
    let sql = compile(&query(ID.is_in(0..5_000)), &Sqlite).expect("it compiles").sql;
    let error = Error::usage("wrong").statement(&*sql);
    let shown = format!("{error:?}");
    assert!(shown.starts_with("UsageError: wrong\n  statement: SELECT id FROM people WHERE id IN (?1, ?2,"), "{shown}");
    assert!(shown.ends_with(&format!("… ({} characters)", sql.len())) && shown.chars().count() < 2_100, "{shown}");
    assert_eq!(error.sql(), Some(&*sql), "the whole is kept");
    assert_eq!(excerpt("SELECT 1"), "SELECT 1");
    let exact = "é".repeat(2_000);
    assert_eq!(excerpt(&exact), exact);
    assert!(excerpt(&format!("{exact}!")).ends_with("é… (2001 characters)"));
}
