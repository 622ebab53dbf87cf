//! The port: what a driver implements, and what it is given to run. Object-safe, so that others can add a database.

mod attend;
mod driver;
mod lost;
mod begin;
mod position;
mod job;
mod options;

pub use attend::attend;
pub(crate) use attend::{Signs, attend_by};
pub use begin::{Begin, CommitOutcome, Isolation, Savepoint};
pub use driver::{Canceller, Driver, RawConnection, Rows, Watch};
pub use job::{Compiler, Job};
pub use lost::{Unsettled, silent_server, unsettled_write};
pub use options::{PoolOptions, PoolOrder};
pub use position::Position;
