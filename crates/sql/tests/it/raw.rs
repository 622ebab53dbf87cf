//! Raw SQL: where a parameter starts and where a colon is just a colon.

use aludel_sql::{Error, Executable, Sqlite, raw};
use expect_test::{Expect, expect};

#[track_caller]
fn check(sql: &'static str, expected: Expect) {
    let sql = raw(sql).bind("a", 1).bind("b_2", "x").into_statement().to_sql(&Sqlite);
    expected.assert_eq(&format!("{sql:#}"));
}

#[test]
fn parameters() {
    check("SELECT :a, :b_2, :a", expect!["SELECT ?1, ?2, ?3 [1, 'x', 1]"]);
    check(
        "SELECT ':a', \":b_2\", :a::text /* :b_2 */, :b_2 -- :a",
        expect![[r#"SELECT ':a', ":b_2", ?1::text /* :b_2 */, ?2 -- :a [1, 'x']"#]],
    );
    check("SELECT 'it''s :a', :a, :b_2", expect!["SELECT 'it''s :a', ?1, ?2 [1, 'x']"]);
    check("SELECT a[1:2], :a, :b_2, 'é:a'", expect!["SELECT a[1:2], ?1, ?2, 'é:a' [1, 'x']"]);
}

#[test]
fn a_parameter_without_a_value_and_a_value_without_a_parameter_are_errors() {
    check("SELECT :a, :b_2, :c", expect!["-- UsageError: the parameter `:c` of the statement has no value"]);
    check("SELECT :a", expect!["-- UsageError: the statement has no parameter `:b_2` for the value bound to it"]);
}

#[test]
fn an_unended_string_hides_what_follows() {
    let sql = raw("SELECT 'x :a").into_statement().to_sql(&Sqlite).into_parts();
    assert_eq!(&*sql.map_err(|error: Error| error.to_string()).expect("no parameter in it").0, "SELECT 'x :a");
}

/// The error of a statement without values.
#[track_caller]
fn refused(sql: &'static str, expected: Expect) {
    let error = raw(sql).into_statement().to_sql(&Sqlite).into_parts().expect_err("it is refused");
    expected.assert_eq(&format!("{error:?}"));
}

#[test]
fn parameters_have_names() {
    refused(
        "SELECT * FROM people WHERE id = ?",
        expect![[r#"
            UsageError: the statement has a parameter `?` without a name
              hint: write `:name` in its place, and bind the value by name: `.bind("name", value)`"#]],
    );
    check("SELECT :a, :b_2, '?', \"?\" /* ? */ -- ?", expect![[r#"SELECT ?1, ?2, '?', "?" /* ? */ -- ? [1, 'x']"#]]);
    check("SELECT :a, :b_2, ?", expect!["-- UsageError: the statement has a parameter `?` without a name"]);
}
