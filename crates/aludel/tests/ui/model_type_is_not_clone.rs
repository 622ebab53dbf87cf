//! A column's type of one's own that cannot be copied.
use aludel::prelude::*;
use aludel::sql::{Field, Result, RowRef, Type, Value};

struct Cents(i64);

impl Field for Cents {
    fn value(&self) -> Value<'_> {
        self.0.value()
    }
    fn read(&mut self, row: &dyn RowRef, at: usize) -> Result<()> {
        self.0.read(row, at)
    }
}

impl SqlType for Cents {
    type Sql = Cents;
    const TYPE: Type = Type::BigInt;
    fn decode_nullable(row: &dyn RowRef, at: usize) -> Result<Option<Self>> {
        Ok(i64::decode_nullable(row, at)?.map(Cents))
    }
}

#[derive(Model)]
struct Account {
    #[column(primary_key)]
    id: i64,
    balance: Cents,
}

fn main() {}
