//! The cache key: the same exactly when the text is the same.

use aludel_sql::ast::Values;
use aludel_sql::{Executable, Shape, Sqlite, Statement, compile, raw, select};
use proptest::prelude::*;

use crate::people::{self, EMAIL, ID, NAME};

fn key(statement: &Statement) -> u128 {
    Shape::of(statement, &Sqlite).expect("the values are fine").key()
}

#[test]
fn values_are_no_part_of_the_key() {
    let of = |id: i64, name: &str| select(ID).filter(ID.eq(id)).filter(NAME.eq(name)).limit(id as u64).into_statement();
    assert_eq!(key(&of(1, "a")), key(&of(2, "b")));
}

#[test]
fn a_repeated_insert_has_the_key_of_its_first_row() {
    let one = people::insert().set(NAME, "a").into_statement();
    let Statement::Insert(tree) = &one else { unreachable!("it is an insert") };
    let rows = |count: usize| {
        let mut tree = (**tree).clone();
        let Values::Plain(values) = &tree.values else { unreachable!("it has only values") };
        (tree.values, tree.rows) = (Values::Plain(vec![values[0].clone(); count]), count);
        Statement::Insert(tree.into())
    };
    assert_eq!(key(&rows(1)), key(&one));
    assert_eq!(key(&rows(2)), key(&rows(7)));
    let (three, one) = (compile(&rows(3), &Sqlite).expect("compiles"), compile(&one, &Sqlite).expect("compiles"));
    assert_eq!(three.sql, one.sql);
    let shape = rows(3);
    let shape = Shape::of(&shape, &Sqlite).expect("the values are fine");
    assert_eq!((shape.repeat, shape.binds().len()), (3, 3));
}

/// Statements that share parts, so that equal and unequal texts both come up often.
fn statement() -> impl Strategy<Value = Statement> {
    let condition = prop_oneof![
        any::<i64>().prop_map(|id| ID.eq(id)),
        any::<i64>().prop_map(|id| ID.lt(id)),
        "[a-z]{0,3}".prop_map(|name| NAME.like(name)),
        Just(EMAIL.is_null()),
        prop::collection::vec(any::<i64>(), 0..6).prop_map(|ids| ID.is_in(ids)),
        prop::collection::vec(any::<i64>(), 0..6).prop_map(|ids| ID.not_in(ids)),
    ];
    let condition = condition.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.or(b)),
            inner.prop_map(|a| !a),
        ]
    });
    (condition, 0..6_u8, prop::option::of(0..3_u64), prop::option::of(0..3_u64)).prop_map(|(condition, kind, limit, offset)| {
        let mut query = select((ID, NAME)).filter(condition.clone());
        if let Some(limit) = limit {
            query = query.limit(limit);
        }
        if let Some(offset) = offset {
            query = query.offset(offset);
        }
        match kind {
            0 => people::update().set(NAME, "x").filter(condition).into_statement(),
            1 => people::delete().filter(condition).into_statement(),
            2 => query.order_by(NAME.desc()).into_statement(),
            3 => query.order_by(NAME.asc()).into_statement(),
            4 => people::select().filter(condition).into_statement(),
            _ => query.into_statement(),
        }
    })
}

proptest! {
    #[test]
    fn same_key_exactly_when_same_text(a in statement(), b in statement()) {
        let text = |statement: &Statement| compile(statement, &Sqlite).expect("compiles").sql;
        prop_assert_eq!(text(&a) == text(&b), key(&a) == key(&b));
    }

    #[test]
    fn as_many_binds_as_placeholders(statement in statement()) {
        let sql = compile(&statement, &Sqlite).expect("compiles").sql;
        let binds = Shape::of(&statement, &Sqlite).expect("the values are fine").binds().len();
        prop_assert_eq!(sql.matches('?').count(), binds);
        let last = format!("?{binds}");
        prop_assert!(binds == 0 || sql.contains(&last));
    }
}

#[test]
fn raw_texts_have_keys_of_their_own() {
    let of = |sql: &'static str| key(&raw(sql).into_statement());
    assert_ne!(of("SELECT 1"), of("SELECT 2"));
    assert_eq!(of("SELECT 1"), of("SELECT 1"));
}
