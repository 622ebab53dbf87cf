//! The request that is being answered, as everything around a handler knows it: its facts, the task's current one,
//! addresses within its application, its body under the limits.

mod body;
mod extract;
mod current;
mod url;
mod info;
mod site;

pub(crate) use body::LimitedBody;
pub use info::{Ending, Peer, RequestId, RequestInfo};
pub(crate) use site::Site;
pub use url::{url_by_name, url_of};
