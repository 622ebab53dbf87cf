//! A client without a socket, for tests: it sends requests through the same life as the server does, keeps cookies and
//! follows redirects as a browser would.

mod agent;
mod request;
mod jar;
mod page;
mod fail;

pub use agent::Client;
pub use page::Page;
pub use request::RequestBuilder;
