//! Tables of one FROM that no condition joins: the compiled statement names two of them.

use aludel_sql::{Column, ColumnDef, Entity, Executable, Expr, Sqlite, Table, Type, compile, select};

use crate::people::{ID, NAME};

static COLUMNS: [ColumnDef; 2] = [ColumnDef::new("id", Type::BigInt).primary_key(), ColumnDef::new("title", Type::Text)];
static POSTS: Table = Table::new("posts", &COLUMNS);
static TAGS: Table = Table::new("tags", &COLUMNS);

struct Posts;

impl Entity for Posts {
    fn table() -> &'static Table {
        &POSTS
    }
}

const POST: Column<Posts, i64> = Column::new(&POSTS, 0);
const TITLE: Column<Posts, String> = Column::new(&POSTS, 1);
const TAG: Column<Posts, i64> = Column::new(&TAGS, 0);

#[track_caller]
fn check(condition: Expr<bool>, expected: Option<(&str, &str)>) {
    let statement = select((ID, NAME)).filter(condition).into_statement();
    let unjoined = compile(&statement, &Sqlite).expect("it compiles").unjoined;
    let names = unjoined.as_ref().map(|(one, other)| (&*one.name, &*other.name));
    assert_eq!(names, expected);
}

#[test]
fn tables_are_joined_by_a_condition_that_names_both() {
    check(NAME.eq("x"), None);
    check(TITLE.eq("x"), Some(("people", "posts")));
    check(ID.eq(POST), None);
    check(ID.eq(POST).and(TITLE.eq("x")), None);
    check(TITLE.eq("x").and(NAME.eq("y").and(ID.lt(POST))), None);
    check(ID.eq(POST).and(TAG.gt(1)), Some(("people", "tags")));
    check(ID.eq(POST).and(TAG.eq(POST)), None);
    check(ID.gt(1).and(TAG.eq(POST)), Some(("people", "tags")));
    check(ID.is_in([POST, TAG]), None);
    check(ID.eq(POST).or(TITLE.eq("x")), None);
}
