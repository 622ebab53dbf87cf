//! Models whose macro output `cargo xtask bench --build` counts; nothing runs them.

use aludel::prelude::*;

/// Two fields: the model of examples/people.rs.
#[derive(Model, Debug)]
#[table(name = "people")]
pub struct Person {
    #[column(primary_key)]
    pub id: i64,
    #[column(unique, length = 50)]
    pub name: String,
}

/// Ten fields, with every option that a column has and most of the types.
#[derive(Model, Debug)]
#[table(name = "invoices")]
pub struct Invoice {
    #[column(primary_key)]
    pub id: i64,
    #[column(unique, length = 20)]
    pub number: String,
    pub customer: Ref<Person>,
    pub seller: Option<Ref<Person>>,
    #[column(index)]
    pub total_cents: i64,
    pub discount: f64,
    pub is_paid: bool,
    #[column(name = "remark", length = 200)]
    pub note: Option<String>,
    pub attempts: i32,
    pub scan: Vec<u8>,
}
