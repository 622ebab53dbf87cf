//! Statements and expressions as untyped trees: what the typed builders make and the compiler reads.
//! Data only: nothing here runs, checks or prints.

mod node;
mod raw;
mod statement;

pub use node::{BinaryOp, ColumnRef, Function, In, Node};
pub use raw::{Part, RawStatement};
pub use statement::{Assignment, Cap, Ddl, DeleteTree, Direction, InsertTree, OrderBy, Output, SelectTree, Source, Statement, UpdateTree};
