//! Statements and expressions as untyped trees: what the typed builders make and the compiler reads.
//! Data only: nothing here runs, checks or prints.

mod objects;
mod tree;
mod raw;

pub use raw::{Part, QuestionMarks, RawStatement};
pub use tree::{
    Assignment, BinaryOp, Cap, ColumnRef, Ddl, DeleteTree, Direction, Function, In, InsertTree, Node, OrderBy, Output, SelectTree, Source,
    Statement, UpdateTree, Values,
};
