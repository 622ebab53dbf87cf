//! What `mapper!` says of mistakes, and what it emits for a small mapping.

use expect_test::{Expect, expect};

use super::mapper;
use crate::testing::{lines, messages};

#[track_caller]
fn mistakes(input: &str, expected: Expect) {
    expected.assert_eq(&messages(mapper(input.parse().expect("tokens"))));
}

#[track_caller]
fn emits(input: &str, expected: Expect) {
    expected.assert_eq(&lines(&mapper(input.parse().expect("tokens"))));
}

#[test]
fn a_mapping_without_mistakes_has_none() {
    mistakes("pub(crate) Person => crate::schema::people { id, full_name: name, }", expect![""]);
}

#[test]
fn what_cannot_be_read_is_one_mistake() {
    mistakes(
        "Person => people",
        expect![[r#"
        unexpected end of input, expected curly braces
    "#]],
    );
    mistakes(
        "Person: people { id }",
        expect![[r#"
        expected `=>`
    "#]],
    );
    mistakes(
        "Person => people { id } Post => posts { id }",
        expect![[r#"
        one `mapper!` maps one struct: write a second call for another
    "#]],
    );
}

#[test]
fn all_mistakes_in_the_text_are_reported() {
    mistakes(
        "Person => people { id, id, name, other: name, query: text }",
        expect![[r#"
        the field `id` is mapped twice
        the column `name` is mapped twice
        the column `Person::query` would hide `Person::query()`: rename the field, and map it as `other: text`
    "#]],
    );
    mistakes(
        "Person => people {}",
        expect![[r#"
        `Person` has no field here: list them all, `{ id, name }`
    "#]],
    );
}

#[test]
fn the_expansion_of_two_fields() {
    emits(
        "Person => people { id, full_name: name }",
        expect![[r#"
        const _ :() = {
          static __MAPPING : Mapping = Mapping {
            model : "Person", table : people::table(), columns : &[<people::columns::id as ColumnType>::COLUMN.position(), <people::columns::name as ColumnType>::COLUMN.position()], key : <<people::columns::id as ColumnType>::Table as KeyOf <Person>>::FIELDS
          }
          ;
          # [allow(non_upper_case_globals, dead_code)] impl Person {
            # [doc = "The column `id`."] const id : Column <Person, <people::columns::id as ColumnType>::Value> = <people::columns::id as ColumnType>::COLUMN.mapped() ;
            # [doc = "The column `name`."] const full_name : Column <Person, <people::columns::name as ColumnType>::Value> = <people::columns::name as ColumnType>::COLUMN.mapped() ;
          }
          # [automatically_derived] impl Entity for Person {
            fn table() -> &'static Table {
              people::table()
            }
          }
          # [automatically_derived] # [diagnostic::do_not_recommend] impl Model for Person {
            type Key = people::Key ;
            fn mapping() -> &'static Mapping {
              &__MAPPING
            }
            fn decode(row : &dyn RowRef, at : usize) -> DbResult <Self> {
             ::core::result::Result::Ok(Person {
                id : <_ as Fits <people::columns::id>>::decode_field(row, at) ?, full_name : <_ as Fits <people::columns::name>>::decode_field(row, at + 1) ?
              })
            }
            fn key(&self) -> people::Key {
              <<people::columns::id as ColumnType>::Table as KeyOf <Person>>::key(self)
            }
            fn decode_key(row : &dyn RowRef, at : usize) -> DbResult <people::Key> {
              <<people::columns::id as ColumnType>::Table as KeyOf <Person>>::decode(row, at)
            }
            fn duplicate(&self) -> Self {
              Person {
                id : <_ as Fits <people::columns::id>>::duplicate(&self.id), full_name : <_ as Fits <people::columns::name>>::duplicate(&self.full_name)
              }
            }
            fn field(&self, at : usize) -> &dyn Field {
              match at {
                0 => <_ as Fits <people::columns::id>>::as_field(&self.id), 1 => <_ as Fits <people::columns::name>>::as_field(&self.full_name), _ =>::core::unreachable !("`Person` has 2 mapped fields"),
              }
            }
            fn field_mut(&mut self, at : usize) -> &mut dyn Field {
              match at {
                0 => <_ as Fits <people::columns::id>>::as_field_mut(&mut self.id), 1 => <_ as Fits <people::columns::name>>::as_field_mut(&mut self.full_name), _ =>::core::unreachable !("`Person` has 2 mapped fields"),
              }
            }
          }
          # [automatically_derived] impl MappedField <people::columns::id> for Person {
            const AT : u16 = 0 ;
            fn get(&self) -> &<people::columns::id as ColumnType>::Value {
              <_ as Fits <people::columns::id>>::as_value(&self.id)
            }
          }
          # [automatically_derived] impl MappedField <people::columns::name> for Person {
            const AT : u16 = 1 ;
            fn get(&self) -> &<people::columns::name as ColumnType>::Value {
              <_ as Fits <people::columns::name>>::as_value(&self.full_name)
            }
          }
        }
        ;
    "#]],
    );
}
