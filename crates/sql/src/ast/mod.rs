//! Statements and expressions as untyped trees: what the typed builders make and the compiler reads.
//! Data only: nothing here runs, checks or prints.

mod objects;
mod build;
mod tree;
mod raw;

pub use build::DEEPEST;
pub use raw::{Part, QuestionMarks, RawStatement};
pub use tree::{
    Assignment, Binary, BinaryOp, Cap, Chain, ColumnRef, Ddl, DeleteTree, Direction, Function, In, InsertTree, Junction, Node, OrderBy,
    Output, SelectTree, Source, Statement, UpdateTree, Values,
};
