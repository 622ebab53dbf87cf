//! The request that is being answered, as everything around a handler knows it: its facts, the task's current one,
//! addresses within its application, its body under the limits.

mod body;
mod current;
mod info;
mod url;

pub(crate) use body::LimitedBody;
pub(crate) use current::Current;
pub use info::{Peer, RequestId, RequestInfo};
pub use url::{url_by_name, url_of};
