//! The application: what it is made of, how it starts, its command line.

mod command;
mod serve;
mod signals;
mod build;
mod explain;

pub use build::App;
pub(crate) use build::Ready;
