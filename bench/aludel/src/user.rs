//! The model of all jobs.

use aludel::prelude::*;

#[derive(Model, Debug)]
#[table(name = "users")]
pub(crate) struct User {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) hair_color: Option<String>,
}
