//! What `table!` says of mistakes, and what it emits for a small table.

use expect_test::{Expect, expect};

use super::table;
use crate::testing::{lines, messages};

#[track_caller]
fn mistakes(input: &str, expected: Expect) {
    expected.assert_eq(&messages(table(input.parse().expect("tokens"))));
}

#[track_caller]
fn emits(input: &str, expected: Expect) {
    expected.assert_eq(&lines(&table(input.parse().expect("tokens"))));
}

#[test]
fn tables_without_mistakes_have_none() {
    mistakes("", expect![""]);
    mistakes("/// A. \n pub a { id: i64 [primary_key], b: Option<i64> [references(c::id), index] } pub(crate) c { id: i64 }", expect![""]);
}

#[test]
fn what_cannot_be_read_is_one_mistake() {
    mistakes(
        "a { id i64 }",
        expect![[r#"
        expected `:`
    "#]],
    );
    mistakes(
        "a { id: i64 primary_key }",
        expect![[r#"
        expected `,`
    "#]],
    );
    mistakes(
        "struct a { id: i64 }",
        expect![[r#"
        expected identifier, found keyword `struct`
    "#]],
    );
    mistakes(
        "a [ id: i64 ]",
        expect![[r#"
        expected curly braces
    "#]],
    );
}

#[test]
fn all_mistakes_in_options_are_reported() {
    mistakes(
        "#[derive(Debug)] #[table(columns = b)] a {
            id: i64 [primery_key, unique = 5],
            #[column(unique)] b: String [references, length],
            c: String [references(5)],
            d: i64 [references(b::id), references(b::id), length = 5],
            e: Option<i64> [primary_key],
        }",
        expect![[r#"
            `table!` takes no such attribute; a column's options stand behind its type: `id: i64 [primary_key]`
            `#[table]` has no option `columns`: it has `name`, `schema`
            a column has no option `primery_key`: did you mean `primary_key`?
            `unique` takes no value
            `table!` takes no such attribute; a column's options stand behind its type: `id: i64 [primary_key]`
            `references` takes a column: `references(authors::id)`
            `length` takes a number above 0: `length = 50`
            `references` takes a column: `references(authors::id)`
            the option `references` is given twice
            `length` limits a text, and `d` holds none
            `e` is part of the primary key and so is never NULL: take off the `Option`
        "#]],
    );
}

#[test]
fn names_must_differ() {
    mistakes(
        "a { b: i64, b: String }",
        expect![[r#"
        a second column `b`: give one of them another name, `name = ".."`
    "#]],
    );
    mistakes(
        "a { b: i64 [name = \"c\"], b: String }",
        expect![[r#"
        a second column `b`
    "#]],
    );
    mistakes(
        "a { b: i64 [name = \"c\"], c: String }",
        expect![[r#"
        a second column `c`: give one of them another name, `name = ".."`
    "#]],
    );
    mistakes(
        "a { select: i64, table: i64, query: i64 }",
        expect![[r#"
        the column `a::select` would stand beside the function `a::select()`: give it another name and keep the column, `select_: .. [name = "select"]`
        the column `a::table` would stand beside the function `a::table()`: give it another name and keep the column, `table_: .. [name = "table"]`
    "#]],
    );
    mistakes(
        "columns { id: i64 }",
        expect![[r#"
        the module of a table has a module `columns` within: call the table otherwise here and keep its name, `#[table(name = "columns")]`
    "#]],
    );
}

#[test]
fn a_table_has_columns() {
    mistakes(
        "a {}",
        expect![[r#"
        the table `a` has no columns
    "#]],
    );
}

#[test]
fn the_expansion_of_two_columns() {
    emits(
        "pub posts { id: i64 [primary_key], author_id: Option<i64> [references(authors::id)] }",
        expect![[r##"
        # [doc = "The table `posts`."] # [allow(non_camel_case_types, non_upper_case_globals, dead_code)] pub mod posts {
          # [doc = "The table `posts`."] pub struct posts {
          }
          # [doc(hidden)] pub mod columns {
            pub struct id {
            }
            pub struct author_id {
            }
          }
          # [doc(hidden)] pub type Key = i64 ;
          static __COLUMNS : [ColumnDef ;
          2usize] = [column("id", <columns::id as ColumnType>::DECLARATION).primary_key(), column("author_id", <columns::author_id as ColumnType>::DECLARATION)] ;
          static __TABLE : Table = Table::new("posts", &__COLUMNS) ;
          # [doc = "The column `id`."] pub const id : Column <posts, <columns::id as ColumnType>::Value> = Column::new(&__TABLE, 0) ;
          # [doc = "The column `author_id`."] pub const author_id : Column <posts, <columns::author_id as ColumnType>::Value> = Column::new(&__TABLE, 1) ;
          # [doc = r" The table."] pub const fn table() -> &'static Table {
            &__TABLE
          }
          # [doc = r" Starts a query of all columns."] pub fn select() -> Select <Row> {
            Select::from_table(TableRef::Static(&__TABLE))
          }
          # [doc = r" Starts an INSERT of one row."] pub fn insert() -> Insert <posts> {
            Insert::into_table()
          }
          # [doc = r" Starts an UPDATE by condition."] pub fn update() -> Update <posts> {
            Update::of_table()
          }
          # [doc = r" Starts a DELETE by condition."] pub fn delete() -> Delete <posts> {
            Delete::from_table()
          }
        }
        const _ :() = {
          # [automatically_derived] impl Entity for posts::posts {
            fn table() -> &'static Table {
              posts::table()
            }
          }
          # [automatically_derived] impl ColumnType for posts::columns::id {
            type Table = posts::posts ;
            type Value = i64 ;
            const COLUMN : Column <posts::posts, i64> = Column::new(posts::table(), 0) ;
            const DECLARATION : Declaration = <i64 as ModelField>::DECLARATION ;
          }
          # [automatically_derived] impl ColumnType for posts::columns::author_id {
            type Table = posts::posts ;
            type Value = Option <i64> ;
            const COLUMN : Column <posts::posts, Option <i64>> = Column::new(posts::table(), 1) ;
            const DECLARATION : Declaration = foreign_key::<Option <i64>, _, _>(<Option <i64> as ModelField>::DECLARATION, || authors::id) ;
          }
          const _ :() =::core::assert !(is_whole_key(authors::id), "`posts::author_id` refers to `authors::id`, which is not the primary key of its table, or only a part of it") ;
          # [automatically_derived] # [diagnostic::do_not_recommend] impl <M> KeyOf <M> for posts::posts where M : MappedField <posts::columns::id> {
            type Key = i64 ;
            const FIELDS : &'static [u16] = &[<M as MappedField <posts::columns::id>>::AT] ;
            fn key(model : &M) -> i64 {
              <i64 as ModelField>::duplicate(<M as MappedField <posts::columns::id>>::get(model))
            }
            fn decode(row : &dyn RowRef, at : usize) -> DbResult <i64> {
              <i64 as ModelField>::decode_field(row, at + <M as MappedField <posts::columns::id>>::AT as usize)
            }
          }
        }
        ;
    "##]],
    );
}

#[test]
fn the_expansion_of_a_table_without_key() {
    emits(
        "#[table(name = \"Log\", schema = \"app\")] log { r#type: String }",
        expect![[r##"
        # [doc = "The table `Log`."] # [allow(non_camel_case_types, non_upper_case_globals, dead_code)] mod log {
          # [doc = "The table `Log`."] pub(super) struct log {
          }
          # [doc(hidden)] pub(super) mod columns {
            pub(in super::super) struct r#type {
            }
          }
          # [doc(hidden)] pub(super) type Key = i64 ;
          static __COLUMNS : [ColumnDef ;
          1usize] = [column("type", <columns::r#type as ColumnType>::DECLARATION)] ;
          static __TABLE : Table = Table::in_schema("app", "Log", &__COLUMNS) ;
          # [doc = "The column `type`."] pub(super) const r#type : Column <log, <columns::r#type as ColumnType>::Value> = Column::new(&__TABLE, 0) ;
          # [doc = r" The table."] pub(super) const fn table() -> &'static Table {
            &__TABLE
          }
          # [doc = r" Starts a query of all columns."] pub(super) fn select() -> Select <Row> {
            Select::from_table(TableRef::Static(&__TABLE))
          }
          # [doc = r" Starts an INSERT of one row."] pub(super) fn insert() -> Insert <log> {
            Insert::into_table()
          }
          # [doc = r" Starts an UPDATE by condition."] pub(super) fn update() -> Update <log> {
            Update::of_table()
          }
          # [doc = r" Starts a DELETE by condition."] pub(super) fn delete() -> Delete <log> {
            Delete::from_table()
          }
        }
        const _ :() = {
          # [automatically_derived] impl Entity for log::log {
            fn table() -> &'static Table {
              log::table()
            }
          }
          # [automatically_derived] impl ColumnType for log::columns::r#type {
            type Table = log::log ;
            type Value = String ;
            const COLUMN : Column <log::log, String> = Column::new(log::table(), 0) ;
            const DECLARATION : Declaration = <String as ModelField>::DECLARATION ;
          }
          impl <M> KeyOf <M> for log::log {
            type Key = i64 ;
            const FIELDS : &'static [u16] = {
              let keys = 0 ;
             ::core::assert !(keys> 0, "the table `log` has no primary key, so that no model can be mapped to it: mark a column with `[primary_key]`") ;
              &[]
            }
            ;
            fn key(_model : &M) -> i64 {
              0
            }
            fn decode(_row : &dyn RowRef, _at : usize) -> DbResult <i64> {
             ::core::result::Result::Ok(0)
            }
          }
        }
        ;
    "##]],
    );
}
