//! `Session`: the workplace of one request or job: its objects, its transaction, what it would write.

mod run;
mod read;
mod nested;
mod transaction;
mod objects;
mod handle;
mod changes;
mod levels;
mod lease;

pub use handle::Session;
pub use lease::Closer;
pub use nested::Savepoint;
