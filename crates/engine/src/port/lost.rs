//! The errors of a server that was lost in the middle, in the same words for every driver.

use aludel_sql::{Error, ErrorKind};

/// What was sent and is not answered, of which nobody knows whether it is committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsettled {
    /// Nothing.
    #[default]
    Nothing,
    /// A write that is a transaction of its own.
    Write,
    /// What ends the transaction besides the driver's own COMMIT: a raw statement, or a change of the schema.
    Commit,
}

/// The error of a connection whose server does not answer, and is not at work: see [`RawConnection::give_up`](super::RawConnection::give_up).
#[cold]
pub fn silent_server() -> Error {
    Error::new(ErrorKind::Disconnected, "the server does not answer any more, and is not at work on what it was asked")
        .hint("run the transaction again from its start; the next connection is a new one")
}

/// The error of a connection that broke while a write was under way that is a transaction of its own: nobody knows whether it is
/// committed.
#[cold]
pub fn unsettled_write() -> Error {
    Error::new(
        ErrorKind::CommitUnknown,
        "the connection broke after a statement was sent that is a transaction of its own, and before the server said what became of it",
    )
    .hint("look whether it has done its work before you run it again; what became of a transaction may be asked, `Engine::resolve_commit`")
}
