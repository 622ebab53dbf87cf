//! The witness of a test run: it hears every line that the process logs, sees every error that goes, and holds them against the
//! values that statements were given. It is at work in test programs alone, and only where `ALUDEL_WITNESS` names a folder, in which
//! each process leaves a file: what it has counted, and each line with a value in it.
//!
//! | module | what it is |
//! |---|---|
//! | `process` | the witness of this process |
//! | `lines` | the log of `tracing` and of `log` as lines |
//! | `ledger` | what was bound, what was said, and what was found |
//! | `values` | by which texts a value would be known |

mod process;
mod lines;
mod ledger;
mod values;

pub use lines::Tap;
pub use process::{FOLDER, begin, bound, listen};
