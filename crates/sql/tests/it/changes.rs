//! Statements that change a table know no other: columns stand in them without their table's name.

use aludel_sql::{Column, ColumnDef, Entity, Executable, Insert, Sql, Sqlite, Table, Type};
use expect_test::{Expect, expect};

use crate::people::{self, ID, NAME};

static COLUMNS: [ColumnDef; 2] = [ColumnDef::new("id", Type::BigInt).primary_key(), ColumnDef::new("name", Type::Text)];
static POSTS: Table = Table::new("posts", &COLUMNS);

struct Posts;

impl Entity for Posts {
    fn table() -> &'static Table {
        &POSTS
    }
}

const POST: Column<Posts, i64> = Column::new(&POSTS, 0);
const TITLE: Column<Posts, String> = Column::new(&POSTS, 1);

#[track_caller]
fn check(statement: impl Executable, expected: Expect) {
    refused(statement.into_statement().to_sql(&Sqlite), expected);
}

#[track_caller]
fn refused(sql: Sql, expected: Expect) {
    let error = sql.into_parts().expect_err("a refusal");
    expected.assert_eq(&format!("{error:?}"));
}

#[test]
fn a_column_of_another_table_is_refused() {
    check(
        people::delete().filter(POST.eq(1)),
        expect![[r#"
            UsageError: `posts.id` is not a column of `people`, which the DELETE changes
              hint: select the keys first, and name the rows by them: a condition of this statement can name columns of `people` only"#]],
    );
    check(
        people::delete().filter(ID.eq(1).and(NAME.eq(TITLE))),
        expect![[r#"
            UsageError: `posts.name` is not a column of `people`, which the DELETE changes
              hint: select the keys first, and name the rows by them: a condition of this statement can name columns of `people` only"#]],
    );
    check(
        people::update().set(NAME, "x").filter(TITLE.eq("A")),
        expect![[r#"
            UsageError: `posts.name` is not a column of `people`, which the UPDATE changes
              hint: select the keys first, and name the rows by them: a condition of this statement can name columns of `people` only"#]],
    );
    check(
        people::update().set(NAME, TITLE),
        expect![[r#"
            UsageError: `posts.name` is not a column of `people`, which the UPDATE changes
              hint: select the keys first, and name the rows by them: a condition of this statement can name columns of `people` only"#]],
    );
    refused(
        people::insert().set(NAME, "z").returning(POST).to_sql(&Sqlite),
        expect![[r#"
            UsageError: `posts.id` is not a column of `people`, which the INSERT changes
              hint: select the keys first, and name the rows by them: a condition of this statement can name columns of `people` only"#]],
    );
    check(
        people::insert().set(NAME, TITLE),
        expect![[r#"
            UsageError: a value to insert into `people` names the column `posts.name`, and there is no row that has it
              hint: select the value first, and insert what was found"#]],
    );
    check(
        people::insert().set(NAME, NAME),
        expect![[r#"
            UsageError: a value to insert into `people` names the column `people.name`, and there is no row that has it
              hint: select the value first, and insert what was found"#]],
    );
}

#[test]
fn its_own_columns_are_not() {
    let twin = Insert::<Posts>::into_table().set(TITLE, "x").returning(POST);
    twin.to_sql(&Sqlite).into_parts().expect("own columns");
    let own = people::update().set(NAME, NAME).filter(ID.eq(ID)).into_statement();
    own.to_sql(&Sqlite).into_parts().expect("own columns");
}
