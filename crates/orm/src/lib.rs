//! Aludel's mapper: a session owns objects, finds out what changed, and writes it in an order that no foreign key objects to.
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `session` | `Session`: add, get, query, delete, flush, commit, rollback |
//! | `flush` | the unit of work: what is to be written, in which order, and what becomes of a failure |
//! | `arena` | the objects of a session, typed inside, one face outside; the identity map |

mod session;
mod flush;
mod arena;

pub use arena::Tracked;
pub use session::{Closer, Savepoint, Session};
