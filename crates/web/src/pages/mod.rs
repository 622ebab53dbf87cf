//! What a client sees of an error that nobody handled: a short page in release, everything there is in debug and on
//! this very machine, as HTML or as plain text. Knows no application, only one failure and one request.

mod answer;
mod debug;
mod case;
mod explain;
mod html;
mod plain;
mod source;
mod sheet;
mod visitor;

pub(crate) use answer::answer;
pub(crate) use case::Case;
pub use explain::Explanation;
pub(crate) use explain::{Explainer, explanation};
pub(crate) use visitor::Visitor;
