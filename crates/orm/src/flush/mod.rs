//! The unit of work: what is to be written, in which order, and how a failure leaves memory as it was.

mod work;
mod insert;
mod update;
mod delete;
mod links;
mod state;
mod check;
mod journal;
mod order;
mod batch;

pub(crate) use check::check;
pub(crate) use work::{emit, has_changes, is_idle};
