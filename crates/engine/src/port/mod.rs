//! The port: what a driver implements, and what it is given to run. Object-safe, so that others can add a database.

mod driver;
mod job;
mod options;

pub use driver::{Begin, Driver, RawConnection, Rows};
pub use job::{Compiler, Job};
pub use options::PoolOptions;
