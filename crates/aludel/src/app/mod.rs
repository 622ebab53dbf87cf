//! The application: what it is made of, how it starts, its command line.

mod build;
mod command;
mod serve;
mod explain;

pub use build::App;
pub(crate) use build::Ready;
