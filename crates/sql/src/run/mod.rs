//! How a statement is run, seen from the statement: `Executor`, `Mode`, `Run`, `Sink`, `Batches`, `Answer`.
//! The engine and the session implement these; nothing here opens a connection.

mod executor;
mod batches;
mod sink;
mod selection;
mod mode;
mod answer;
mod caller;

pub use answer::{Answer, BoxFuture};
pub use batches::{BatchSize, Batches, BulkProgress, next_batch};
pub(crate) use caller::Calling;
pub use caller::caller;
pub use executor::{Exec, Executor, Out, RowOf, Run};
pub use mode::{Mode, Plain};
pub use selection::{RowIndex, Selection};
pub use sink::{Collect, Discard, First, Gather, Only, Outcome, Sink, Sole, Step};
