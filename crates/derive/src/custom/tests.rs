//! The messages of `derive(SqlType)`.

use expect_test::{Expect, expect};

use super::derive;
use crate::testing::messages;

#[track_caller]
fn check(input: &str, expected: Expect) {
    expected.assert_eq(&messages(derive(input.parse().expect("tokens"))));
}

#[test]
fn what_cannot_stand_in_a_column() {
    check("struct Email(String);", expect![""]);
    check("struct Email { text: String }", expect![""]);
    check(
        "struct Pair(i64, i64);",
        expect![[r#"
        `Pair` needs exactly one field, as which it is kept: `struct Pair(String);`
    "#]],
    );
    check(
        "struct Nothing;",
        expect![[r#"
        `Nothing` needs exactly one field, as which it is kept: `struct Nothing(String);`
    "#]],
    );
    check(
        "struct Wrapped<T>(T);",
        expect![[r#"
        `Wrapped` cannot be generic: a column holds one type
    "#]],
    );
    check(
        "enum Kind { A, B { rate: f64 } }",
        expect![[r#"
        a variant with fields does not fit a column: it is kept as its name alone
    "#]],
    );
    check(
        "enum Never {}",
        expect![[r#"
        `Never` has no variants, so that no column could hold one
    "#]],
    );
    check(
        "enum Kind { #[sql(rename = \"a\")] A, #[sql(name)] B, #[sql(name = 3)] C }",
        expect![[r#"
        a variant has no option `rename`: write `name = ".."`
        write `name = ".."`
        expected string literal
    "#]],
    );
}
