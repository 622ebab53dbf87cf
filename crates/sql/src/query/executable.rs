//! `Executable`: a statement that is run for what it does.

use crate::ast::Statement;

/// What [`execute`](super::Insert::execute) runs, and a connection's `execute` takes.
pub trait Executable {
    /// The tree of the statement.
    fn into_statement(self) -> Statement;
}

impl Executable for Statement {
    fn into_statement(self) -> Statement {
        self
    }
}
