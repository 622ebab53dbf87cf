//! What `set` puts into a column: values, NULL where it may stand, other columns; and a generated key that is left out.

use aludel_sql::{ErrorKind, Executable, Shape, Sql, Sqlite, auto};
use expect_test::{Expect, expect};

use crate::people::{self, BOSS, EMAIL, ID, NAME};

#[track_caller]
fn check(sql: Sql, expected: Expect) {
    expected.assert_eq(&format!("{sql:#}"));
}

#[test]
fn a_column_that_may_be_null_takes_an_option() {
    check(people::update().set(EMAIL, None).to_sql(&Sqlite), expect!["UPDATE people SET email = ?1 [NULL]"]);
    check(people::update().set(BOSS, None).to_sql(&Sqlite), expect!["UPDATE people SET boss_id = ?1 [NULL]"]);
    let given: Option<String> = Some("a@b".to_owned());
    check(people::update().set(EMAIL, given.clone()).to_sql(&Sqlite), expect!["UPDATE people SET email = ?1 ['a@b']"]);
    check(people::update().set(BOSS, Some(7)).to_sql(&Sqlite), expect!["UPDATE people SET boss_id = ?1 [7]"]);
    check(
        people::insert().set(NAME, "ann").set(EMAIL, given).set(BOSS, None).to_sql(&Sqlite),
        expect!["INSERT INTO people (name, email, boss_id) VALUES (?1, ?2, ?3) ['ann', 'a@b', NULL]"],
    );
}

#[test]
fn values_columns_and_expressions() {
    let owned = "x".to_owned();
    check(people::update().set(NAME, &owned).to_sql(&Sqlite), expect!["UPDATE people SET name = ?1 ['x']"]);
    check(people::update().set(EMAIL, owned).to_sql(&Sqlite), expect!["UPDATE people SET email = ?1 ['x']"]);
    check(people::update().set(EMAIL, "x").to_sql(&Sqlite), expect!["UPDATE people SET email = ?1 ['x']"]);
    check(people::update().set(EMAIL, NAME).to_sql(&Sqlite), expect!["UPDATE people SET email = name []"]);
    check(people::update().set(NAME, EMAIL.expr()).to_sql(&Sqlite), expect!["UPDATE people SET name = email []"]);
    check(people::update().set(BOSS, 7).to_sql(&Sqlite), expect!["UPDATE people SET boss_id = ?1 [7]"]);
}

#[test]
fn a_generated_key_that_is_auto_is_left_out() {
    check(
        people::insert().set(ID, auto::<i64>()).set(NAME, "ann").to_sql(&Sqlite),
        expect!["INSERT INTO people (name) VALUES (?1) ['ann']"],
    );
    check(
        people::insert().set(NAME, "ann").set(ID, 7).set(EMAIL, NAME).set(ID, auto::<i64>()).to_sql(&Sqlite),
        expect!["-- UsageError: a value to insert into `people` names the column `people.name`, and there is no row that has it"],
    );
    check(people::insert().set(ID, 7).set(ID, auto::<i64>()).to_sql(&Sqlite), expect!["INSERT INTO people DEFAULT VALUES []"]);
    check(people::insert().set(ID, auto::<i64>()).set(ID, 7).to_sql(&Sqlite), expect!["INSERT INTO people (id) VALUES (?1) [7]"]);
}

#[test]
fn auto_anywhere_else_is_an_error() {
    let insert = people::insert().set(NAME, "ann").set(BOSS, Some(auto())).into_statement();
    let error = Shape::of(&insert, &Sqlite).expect_err("nobody assigns it");
    assert_eq!(*error.kind(), ErrorKind::Data { column: Some("boss_id".to_owned()) });
    expect![[r#"
        DataError: column `boss_id` of `people` is `auto()`, but the database assigns it no value
          hint: `auto()` is for a new object whose primary key is one integer column; the number that stands for it cannot be stored"#]]
    .assert_eq(&format!("{error:?}"));
    let update = people::update().set(ID, auto::<i64>()).into_statement();
    expect!["UsageError: some rows bring column `id` of `people`, and for others it is `auto()`: one INSERT cannot do both"]
        .assert_eq(&Shape::of(&update, &Sqlite).expect_err("an UPDATE assigns nothing").to_string());
}

/// Neither `Clone` nor `Debug`, as `People` is neither.
#[test]
fn statements_are_copied_and_shown_whatever_they_are_of() {
    let (insert, update, delete) = (people::insert().set(NAME, "a"), people::update().set(NAME, "a"), people::delete().filter(ID.eq(1)));
    assert_eq!(insert.clone().to_sql(&Sqlite).to_string(), insert.to_sql(&Sqlite).to_string());
    let shown = format!("{insert:?} {update:?} {delete:?} {:?} {:?}", people::select(), people::delete().returning(ID));
    for name in ["Insert(", "Update(", "Delete(", "Select(", "Returning("] {
        assert!(shown.contains(name), "{shown}");
    }
    drop((update.clone(), delete.clone()));
}
