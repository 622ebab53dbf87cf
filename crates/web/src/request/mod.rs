//! The request that is being answered, as everything around a handler knows it: its facts, the task's current one,
//! addresses within its application, its body under the limits.

mod body;
mod current;
mod url;
mod info;

pub(crate) use body::LimitedBody;
pub use info::{Peer, RequestId, RequestInfo};
pub use url::{url_by_name, url_of};
