//! Which foreign key a refused statement has violated: SQLite does not say, so that it is asked for the rows on both sides.

mod find;
mod parents;
mod children;

pub(crate) use find::violated;
