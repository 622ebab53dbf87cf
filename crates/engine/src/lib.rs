//! Aludel's engine: takes statements of `aludel-sql`, runs them through a driver, keeps connections and transactions honest.
//! It sees tables and rows; a mapped object it never sees.
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `engine` | `Engine`, `Connection`, `Transaction`: what users and sessions hold |
//! | `pool` | the connections that are open, lent and waited for |
//! | `events` | what listeners hear of connections, statements and transactions |
//! | `port` | what a driver implements: `Driver`, `RawConnection`; what it is given: `Job` |
//! | `timeout` | a bound for statements |
//! | `writer` | the queue for the one place of a writer |
//! | `fair` | when a task that runs statement after statement lets others run |
//! | `holder` | who holds a connection or the writer's place, since when, by which statement; whether it is to stop |
//! | `faults` | what is wrong on purpose, for the campaigns that must find it |
//! | `spans` | the same for tracing tools, as spans |
//! | `witness` | holds every line of the log and every error against the values that were bound, for the tests |
//! | `worker` | which threads may hand their tasks over while a statement runs long |

mod engine;
mod pool;
mod events;
mod port;
mod timeout;
mod writer;
mod fair;
mod holder;
mod faults;
mod spans;
#[cfg(feature = "witness")]
#[doc(hidden)]
pub mod witness;
pub mod worker;

pub use engine::{Connection, Engine, ReadOnly, Started, Transaction};
pub use events::{Event, Executed, Execution, Listener};
#[cfg(feature = "planted-faults")]
#[doc(hidden)]
pub use faults::Fault;
pub use holder::{Owner, Running, Scope, Stop, scope};
pub use pool::PoolStats;
pub use port::{
    Begin, Canceller, CommitOutcome, Compiler, Driver, Isolation, Job, PoolOptions, PoolOrder, Position, RawConnection, Rows, Savepoint,
    Unsettled, Watch, attend, silent_server, unsettled_write,
};
pub use timeout::timeout;
pub use writer::{Ticket, WriterQueue};
