//! Each clause and each operator, one line each.

use aludel_sql::{Sql, Sqlite, select};
use expect_test::{Expect, expect};

use crate::people::{self, EMAIL, ID, NAME};

#[track_caller]
fn check(sql: Sql, expected: Expect) {
    expected.assert_eq(&format!("{sql:#}"));
}

#[test]
fn select_of_a_table() {
    check(people::select().to_sql(&Sqlite), expect![[r#"SELECT id, name, email, boss_id FROM people []"#]]);
}

#[test]
fn comparisons() {
    let all = ID.eq(1).and(ID.ne(2)).and(ID.lt(3)).and(ID.le(4)).and(ID.gt(5)).and(ID.ge(ID));
    check(
        people::select().filter(all).to_sql(&Sqlite),
        expect![[
            r#"SELECT id, name, email, boss_id FROM people WHERE id = ?1 AND id <> ?2 AND id < ?3 AND id <= ?4 AND id > ?5 AND id >= id [1, 2, 3, 4, 5]"#
        ]],
    );
}

#[test]
fn parentheses_stand_only_where_they_are_needed() {
    let either = NAME.eq("a").or(NAME.eq("b"));
    check(
        select(ID).filter(either.clone().and(ID.gt(1))).to_sql(&Sqlite),
        expect![[r#"SELECT id FROM people WHERE (name = ?1 OR name = ?2) AND id > ?3 ['a', 'b', 1]"#]],
    );
    check(
        select(ID).filter(!either.clone()).to_sql(&Sqlite),
        expect![[r#"SELECT id FROM people WHERE NOT (name = ?1 OR name = ?2) ['a', 'b']"#]],
    );
    check(select(ID).filter(!ID.eq(1)).to_sql(&Sqlite), expect![[r#"SELECT id FROM people WHERE NOT id = ?1 [1]"#]]);
    check(
        select(ID).filter(either & ID.gt(1) | !ID.is_null()).to_sql(&Sqlite),
        expect![[r#"SELECT id FROM people WHERE (name = ?1 OR name = ?2) AND id > ?3 OR NOT id IS NULL ['a', 'b', 1]"#]],
    );
}

#[test]
fn filters_are_joined_by_and() {
    check(
        select(ID).filter(NAME.eq("a").or(NAME.eq("b"))).filter(EMAIL.is_null()).to_sql(&Sqlite),
        expect![[r#"SELECT id FROM people WHERE (name = ?1 OR name = ?2) AND email IS NULL ['a', 'b']"#]],
    );
}

#[test]
fn null_is_asked_for_by_name() {
    check(select(ID).filter(EMAIL.is(Some("a"))).to_sql(&Sqlite), expect![[r#"SELECT id FROM people WHERE email = ?1 ['a']"#]]);
    check(select(ID).filter(EMAIL.is(None::<&str>)).to_sql(&Sqlite), expect![[r#"SELECT id FROM people WHERE email IS NULL []"#]]);
    check(select(ID).filter(EMAIL.is_not_null()).to_sql(&Sqlite), expect![[r#"SELECT id FROM people WHERE email IS NOT NULL []"#]]);
}

#[test]
fn lists_have_the_length_of_a_power_of_two() {
    check(
        select(ID).filter(ID.is_in([1, 2, 3])).to_sql(&Sqlite),
        expect![[r#"SELECT id FROM people WHERE id IN (?1, ?2, ?3, ?4) [1, 2, 3, 3]"#]],
    );
    check(select(ID).filter(ID.not_in([1])).to_sql(&Sqlite), expect![[r#"SELECT id FROM people WHERE id NOT IN (?1) [1]"#]]);
    check(select(ID).filter(ID.is_in([ID, ID, ID])).to_sql(&Sqlite), expect![[r#"SELECT id FROM people WHERE id IN (id, id, id) []"#]]);
    check(select(ID).filter(ID.is_in(Vec::<i64>::new())).to_sql(&Sqlite), expect!["SELECT id FROM people WHERE id IS NULL AND 1 = 0 []"]);
    check(
        select(ID).filter(ID.not_in(Vec::<i64>::new())).to_sql(&Sqlite),
        expect!["SELECT id FROM people WHERE id IS NOT NULL OR 1 = 1 []"],
    );
}

#[test]
fn patterns() {
    check(
        select(ID).filter(NAME.like("a%")).filter(NAME.not_like("%z")).to_sql(&Sqlite),
        expect![[r#"SELECT id FROM people WHERE name LIKE ?1 AND name NOT LIKE ?2 ['a%', '%z']"#]],
    );
}

#[test]
fn order_limit_offset() {
    check(
        select((ID, NAME)).order_by(NAME.desc()).order_by(ID.asc()).limit(10).offset(5).to_sql(&Sqlite),
        expect![[r#"SELECT id, name FROM people ORDER BY name DESC, id LIMIT +?1 OFFSET ?2 [10, 5]"#]],
    );
    check(select(ID).order_by(NAME).order_by(EMAIL.expr()).to_sql(&Sqlite), expect![[r#"SELECT id FROM people ORDER BY name, email []"#]]);
    check(select(ID).offset(5).to_sql(&Sqlite), expect![[r#"SELECT id FROM people LIMIT -1 OFFSET ?1 [5]"#]]);
}

#[test]
fn insert_update_delete() {
    check(
        people::insert().set(NAME, "ann").set(EMAIL, "a@b").to_sql(&Sqlite),
        expect![[r#"INSERT INTO people (name, email) VALUES (?1, ?2) ['ann', 'a@b']"#]],
    );
    check(people::insert().set(NAME, "x").set(NAME, "ann").to_sql(&Sqlite), expect![[r#"INSERT INTO people (name) VALUES (?1) ['ann']"#]]);
    check(people::insert().to_sql(&Sqlite), expect![[r#"INSERT INTO people DEFAULT VALUES []"#]]);
    check(
        people::update().set(NAME, "bob").filter(ID.eq(1)).to_sql(&Sqlite),
        expect![[r#"UPDATE people SET name = ?1 WHERE id = ?2 ['bob', 1]"#]],
    );
    check(people::delete().filter(ID.eq(1)).to_sql(&Sqlite), expect![[r#"DELETE FROM people WHERE id = ?1 [1]"#]]);
    check(
        people::insert().set(NAME, "ann").returning((ID, NAME)).to_sql(&Sqlite),
        expect![[r#"INSERT INTO people (name) VALUES (?1) RETURNING id, name ['ann']"#]],
    );
    check(
        people::update().set(NAME, "bob").returning(ID).to_sql(&Sqlite),
        expect![[r#"UPDATE people SET name = ?1 RETURNING id ['bob']"#]],
    );
    check(people::delete().returning(ID).to_sql(&Sqlite), expect![[r#"DELETE FROM people RETURNING id []"#]]);
}

#[test]
fn a_statement_that_makes_no_sense_says_why() {
    check(people::update().to_sql(&Sqlite), expect![[r#"-- UsageError: the UPDATE of `people` sets nothing"#]]);
}

#[test]
fn values_stay_out_of_the_text() {
    let evil = "'; DROP TABLE people;--";
    let (sql, binds) = select(ID).filter(NAME.eq(evil)).to_sql(&Sqlite).into_parts().expect("it compiles");
    assert_eq!(&*sql, "SELECT id FROM people WHERE name = ?1");
    assert_eq!(format!("{binds:?}"), "['''; DROP TABLE people;--']");
}
