//! The cases, one room a subject, and the list of their names.

pub mod values;
pub mod calendars;
pub mod moments;
pub mod statements;
pub mod bulk;
pub mod refusals;
pub mod transactions;
pub mod results;
pub mod events;
mod list;
