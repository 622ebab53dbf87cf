//! What `derive(Model)` says of mistakes, and what it emits for a small model.

use expect_test::{Expect, expect};

use super::derive;
use crate::testing::{lines, messages};

#[track_caller]
fn mistakes(input: &str, expected: Expect) {
    expected.assert_eq(&messages(derive(input.parse().expect("tokens"))));
}

#[track_caller]
fn emits(input: &str, expected: Expect) {
    expected.assert_eq(&lines(&derive(input.parse().expect("tokens"))));
}

#[test]
fn a_model_without_mistakes_has_none() {
    mistakes(
        "struct A { #[column(primary_key)] id: i64, #[column(unique, index, length = 5, name = \"b\")] a: Option<String> }",
        expect![""],
    );
    mistakes("#[table(name = \"a\", schema = \"b\", columns = c)] struct A { #[column(primary_key)] query: i64, }", expect![""]);
}

#[test]
fn what_is_no_struct_with_named_fields_is_no_model() {
    mistakes(
        "struct A(i64);",
        expect![[r#"
        a model is a struct with named fields, `struct A { id: i64, .. }`; this has fields without names
    "#]],
    );
    mistakes(
        "struct A;",
        expect![[r#"
        a model is a struct with named fields, `struct A { id: i64, .. }`; this has no fields
    "#]],
    );
    mistakes(
        "struct A {}",
        expect![[r#"
        `A` has no fields: a model has at least a primary key
    "#]],
    );
    mistakes(
        "enum A { B }",
        expect![[r#"
        a model is a struct with named fields, `struct A { id: i64, .. }`; this has variants
    "#]],
    );
    mistakes(
        "union A { b: i64 }",
        expect![[r#"
        a model is a struct with named fields, `struct A { id: i64, .. }`; this has the fields of a union
    "#]],
    );
    mistakes(
        "struct A<'a, T> { #[column(primary_key)] id: &'a T }",
        expect![[r#"
        a model stands for one table and cannot be generic: take the parameters off `A`
    "#]],
    );
}

#[test]
fn all_mistakes_in_options_are_reported() {
    mistakes(
        "#[table(nme = \"a\", columns = \"b\")] #[table(schema = 5)] struct A {
            #[column(primary_key = true, unque, checked)] a: i64,
            #[column(length = \"5\", unique, unique, name)] b: String,
            #[column(length(5), index(a))] #[column(unique)] c: String,
            #[column] d: String,
            #[column = 5] e: String,
            #[column(length = 0, name = \"\")] f: String,
            #[column(length = -5)] g: String,
            #[column(length 5)] h: String,
            #[column(references(b::id))] i: i64,
        }",
        expect![[r#"
            a second `#[table]` here: put its options into the first
            `#[table]` has no option `nme`: did you mean `name`?
            `columns` takes a name: `columns = people`
            `#[column]` has no option `unque`: did you mean `unique`?
            `#[column]` has no option `checked`: it has `primary_key`, `unique`, `index`, `length`, `name`
            `primary_key` takes no value
            the option `unique` is given twice
            `length` takes a number above 0: `length = 50`
            `name` takes a text: `name = ".."`
            a second `#[column]` here: put its options into the first
            `length` takes a number above 0: `length = 50`
            `index` takes no value
            `#[column]` takes options: `#[column(..)]`
            `#[column]` takes options: `#[column(..)]`
            `length` takes a number above 0: `length = 50`
            `name` takes a text: `name = ".."`
            `length` takes a number above 0: `length = 50`
            expected `,`
            `#[column]` has no option `references`: a foreign key is a field of the type `Ref<..>`
            `A` has no primary key: mark a field with `#[column(primary_key)]`
        "#]],
    );
}

#[test]
fn a_key_is_asked_for_and_must_be_able_to_be_one() {
    mistakes(
        "struct A { id: i64 }",
        expect![[r#"
        `A` has no primary key: mark a field with `#[column(primary_key)]`
    "#]],
    );
    mistakes(
        "struct A { #[column(primary_key)] a: Option<i64>, #[column(primary_key)] b: f32, #[column(primary_key)] c: crate::Ref<B> }",
        expect![[r#"
            `a` is part of the primary key and so is never NULL: take off the `Option`
            a floating-point number is no key, since equal ones may differ: make `b` an integer or a text
            a `Ref` cannot be part of the primary key: give the model a key of its own, `id: i64`, beside `c`
        "#]],
    );
    let keys: String = ["a", "b", "c", "d", "e"].map(|name| format!("#[column(primary_key)] {name}: i64,")).concat();
    mistakes(
        &format!("struct A {{ {keys} }}"),
        expect![[r#"
        a primary key has at most 4 columns
    "#]],
    );
}

#[test]
fn an_integer_that_no_column_holds_is_one_mistake() {
    mistakes(
        "struct A { #[column(primary_key)] id: u64, a: Option<usize>, b: u8, c: std::primitive::u16, d: u32 }",
        expect![[r#"
            `u64` cannot be a column: make `id` an `i64`, the widest integer of databases
            `usize` cannot be a column: make `a` an `i64`, the widest integer of databases
            `u8` cannot be a column: make `b` an `i16`, the integer of databases that has room for it
            `u16` cannot be a column: make `c` an `i32`, the integer of databases that has room for it
        "#]],
    );
}

#[test]
fn names_must_differ() {
    mistakes(
        "struct A { #[column(primary_key)] id: i64, author: Ref<B>, author_id: i64, #[column(name = \"id\")] other: i64 }",
        expect![[r#"
        a second column `author_id`: give one of them another name, `name = ".."`
        a second column `id`: give one of them another name, `name = ".."`
    "#]],
    );
    mistakes(
        "#[table(columns = A)] struct A { #[column(primary_key)] id: i64 }",
        expect![[r#"
        `A` is the model itself: call the type of its columns `a`
    "#]],
    );
}

#[test]
fn a_column_must_not_hide_a_function_of_the_model() {
    mistakes(
        "struct LogLine { #[column(primary_key)] id: i64, query: String, insert_many: bool, key: i64 }",
        expect![[r#"
        the column `LogLine::query` would hide `LogLine::query()`: rename the field, with `#[column(name = "query")]`, or put the columns elsewhere, with `#[table(columns = log_line)]`: `log_line::query`
        the column `LogLine::insert_many` would hide `LogLine::insert_many()`: rename the field, with `#[column(name = "insert_many")]`, or put the columns elsewhere, with `#[table(columns = log_line)]`: `log_line::insert_many`
    "#]],
    );
    mistakes("#[table(columns = log)] struct LogLine { #[column(primary_key)] id: i64, query: String }", expect![[""]]);
}

#[test]
fn a_length_limits_a_text() {
    mistakes(
        "struct A { #[column(primary_key, length = 5)] a: i64, #[column(length = 5)] b: Option<f64>, #[column(length = 5)] c: Vec<u8>,
            #[column(length = 5)] d: Email }",
        expect![[r#"
            `length` limits a text, and `a` holds none
            `length` limits a text, and `b` holds none
            `length` limits a text, and `c` holds none
        "#]],
    );
}

#[test]
fn the_expansion_of_two_fields() {
    emits(
        "#[table(name = \"people\")] pub struct Person { #[column(primary_key)] pub id: i64, #[column(unique, length = 50)] name: String }",
        expect![[r#"
        const _ :() = {
          static __COLUMNS : [ColumnDef ;
          2usize] = [column("id", <i64 as ModelField>::DECLARATION).primary_key(), column("name", <String as ModelField>::DECLARATION).unique().length(50u32)] ;
          static __TABLE : Table = Table::new("people", &__COLUMNS) ;
          static __MAPPING : Mapping = Mapping {
            model : "Person", table : &__TABLE, columns : &[0, 1], key : &[0]
          }
          ;
          # [allow(non_upper_case_globals, dead_code)] impl Person {
            # [doc = "The column `id`."] pub const id : Column <Person, i64> = Column::new(&__TABLE, 0) ;
            # [doc = "The column `name`."] const name : Column <Person, String> = Column::new(&__TABLE, 1) ;
          }
          # [automatically_derived] impl Entity for Person {
            fn table() -> &'static Table {
              &__TABLE
            }
          }
          # [automatically_derived] # [diagnostic::do_not_recommend] impl Model for Person {
            type Key = i64 ;
            fn key(&self) -> i64 {
              <i64 as ModelField>::duplicate(&self.id)
            }
            fn decode_key(row : &dyn RowRef, at : usize) -> DbResult <i64> {
              <i64 as ModelField>::decode_field(row, at)
            }
            fn mapping() -> &'static Mapping {
              &__MAPPING
            }
            fn decode(row : &dyn RowRef, at : usize) -> DbResult <Self> {
             ::core::result::Result::Ok(Self {
                id : <i64 as ModelField>::decode_field(row, at) ?, name : <String as ModelField>::decode_field(row, at + 1) ?
              })
            }
            fn duplicate(&self) -> Self {
              Self {
                id : <i64 as ModelField>::duplicate(&self.id), name : <String as ModelField>::duplicate(&self.name)
              }
            }
            fn field(&self, at : usize) -> &dyn Field {
              match at {
                0 => <i64 as ModelField>::as_field(&self.id), 1 => <String as ModelField>::as_field(&self.name), _ =>::core::unreachable !("`Person` has 2 fields"),
              }
            }
            fn field_mut(&mut self, at : usize) -> &mut dyn Field {
              match at {
                0 => <i64 as ModelField>::as_field_mut(&mut self.id), 1 => <String as ModelField>::as_field_mut(&mut self.name), _ =>::core::unreachable !("`Person` has 2 fields"),
              }
            }
          }
        }
        ;
    "#]],
    );
}

#[test]
fn the_expansion_of_a_key_of_two_columns_elsewhere() {
    emits(
        "#[table(columns = tags)] struct PostTag { #[column(primary_key)] r#type: Kind, post: Ref<Post>, #[column(primary_key)] tag: i64 }",
        expect![[r##"
        # [doc = "The columns of [`PostTag`]."] # [allow(non_camel_case_types, dead_code)] enum tags {
        }
        const _ :() = {
          static __COLUMNS : [ColumnDef ;
          3usize] = [column("type", <Kind as ModelField>::DECLARATION).primary_key(), column("post_id", <Ref <Post> as ModelField>::DECLARATION), column("tag", <i64 as ModelField>::DECLARATION).primary_key()] ;
          static __TABLE : Table = Table::new("post_tag", &__COLUMNS) ;
          static __MAPPING : Mapping = Mapping {
            model : "PostTag", table : &__TABLE, columns : &[0, 1, 2], key : &[0, 2]
          }
          ;
          # [allow(non_upper_case_globals, dead_code)] impl tags {
            # [doc = "The column `type`."] const r#type : Column <PostTag, Kind> = Column::new(&__TABLE, 0) ;
            # [doc = "The column `post_id`."] const post : Column <PostTag, Ref <Post>> = Column::new(&__TABLE, 1) ;
            # [doc = "The column `tag`."] const tag : Column <PostTag, i64> = Column::new(&__TABLE, 2) ;
          }
          # [automatically_derived] impl Entity for PostTag {
            fn table() -> &'static Table {
              &__TABLE
            }
          }
          # [automatically_derived] # [diagnostic::do_not_recommend] impl Model for PostTag {
            type Key =(<Kind as KeyField>::Key, i64) ;
            fn key(&self) ->(<Kind as KeyField>::Key, i64) {
             (<Kind as ModelField>::duplicate(&self.r#type), <i64 as ModelField>::duplicate(&self.tag))
            }
            fn decode_key(row : &dyn RowRef, at : usize) -> DbResult <(<Kind as KeyField>::Key, i64)> {
             ::core::result::Result::Ok((<Kind as ModelField>::decode_field(row, at) ?, <i64 as ModelField>::decode_field(row, at + 2) ?))
            }
            fn mapping() -> &'static Mapping {
              &__MAPPING
            }
            fn decode(row : &dyn RowRef, at : usize) -> DbResult <Self> {
             ::core::result::Result::Ok(Self {
                r#type : <Kind as ModelField>::decode_field(row, at) ?, post : <Ref <Post> as ModelField>::decode_field(row, at + 1) ?, tag : <i64 as ModelField>::decode_field(row, at + 2) ?
              })
            }
            fn duplicate(&self) -> Self {
              Self {
                r#type : <Kind as ModelField>::duplicate(&self.r#type), post : <Ref <Post> as ModelField>::duplicate(&self.post), tag : <i64 as ModelField>::duplicate(&self.tag)
              }
            }
            fn field(&self, at : usize) -> &dyn Field {
              match at {
                0 => <Kind as ModelField>::as_field(&self.r#type), 1 => <Ref <Post> as ModelField>::as_field(&self.post), 2 => <i64 as ModelField>::as_field(&self.tag), _ =>::core::unreachable !("`PostTag` has 3 fields"),
              }
            }
            fn field_mut(&mut self, at : usize) -> &mut dyn Field {
              match at {
                0 => <Kind as ModelField>::as_field_mut(&mut self.r#type), 1 => <Ref <Post> as ModelField>::as_field_mut(&mut self.post), 2 => <i64 as ModelField>::as_field_mut(&mut self.tag), _ =>::core::unreachable !("`PostTag` has 3 fields"),
              }
            }
          }
        }
        ;
    "##]],
    );
}
