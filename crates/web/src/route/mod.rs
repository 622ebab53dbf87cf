//! Which handler answers a path: rules, the tree that finds them, and addresses made from them.
//!
//! From bottom to top: `escape` (percent-encoding), `rule` (one pattern), `endpoint` and `handler` (a pattern with
//! what answers it), `params` (what a path said), `tree` (finding), `table` (all routes of an application), `reverse` (names to
//! addresses).

mod params;
mod reverse;
mod table;
mod handler;
mod endpoint;
mod tree;
mod rule;
mod escape;

pub use endpoint::{Answer, Endpoint, Param, PathValue, UrlArg};
pub use handler::Route;
pub(crate) use params::PathParams;
pub use params::{TypedParam, path_param};
pub use reverse::UrlError;
pub(crate) use rule::Rule;
pub(crate) use table::Found;
pub use table::{Table, TableError};
