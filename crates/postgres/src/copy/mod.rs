//! COPY: rows of values into a table, in binary; and how any COPY is begun, fed and ended.

mod rows;
mod stream;

pub(crate) use rows::load;
pub(crate) use stream::{Inward, in_step};
