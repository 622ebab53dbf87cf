//! The web side of Aludel: an HTTP application that knows no database.
//!
//! The crate `aludel` stands on it and adds sessions, templates and forms; most programs use that one. By itself it
//! is routes, a request's life, error pages, a server and a test client:
//!
//! ```
//! use aludel_web::{App, Client, Method, Request, Route};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let hello = async |_request: Request| "Hello, World!";
//! let app = App::new("hello").routes([Route::new(Method::GET, "/", "hello", hello)]);
//! Client::new(app.build()?).get("/").await.assert_status(200).assert_contains("Hello");
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # Floor plan
//! Each module imports only what stands below it.
//!
//! ```text
//! app  client  server     the builder | requests without a socket | requests from sockets
//! life                    one request from its head to its teardown
//! pages                   what is answered when nobody answered
//! request                 facts, current request, addresses, limited body
//! route                   rules, finding, addresses
//! scope                   what lives as long as a request
//! json                    values as responses
//! error                   failures and the errors made here
//! respond  limits         small responses | every bound
//! message                 the types of requests and responses
//! ```
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `json` | no | `json(..)`: a value as a JSON response |
//!
//! # What holds
//! - A request's life is never cut short by its client: resources are resolved and teardown hooks run, once each.
//! - A client sees nothing of an error but its status and the request's id, unless `App::debug` is on and both the
//!   connection and the `Host` are local.
//! - Every wait for a client is bounded by [`Limits`].
#![forbid(unsafe_code)]

mod app;
mod client;
mod server;
mod life;
mod pages;
mod request;
mod route;
#[cfg(feature = "json")]
mod json;
mod error;
mod respond;
mod limits;
mod scope;
mod message;

pub use app::{App, BuildError};
pub use client::{Client, Page, RequestBuilder};
pub use error::{
    Abandoned, BadRequest, BodyTimedOut, Failure, MethodNotAllowed, NotFound, Panicked, PayloadTooLarge, Rejected, Reply, TimedOut,
    rejection, reply,
};
#[cfg(feature = "json")]
pub use json::{ToJson, json};
pub use life::{Ended, Life, Service};
pub use limits::Limits;
pub use message::{BoxFuture, Request, Response};
pub use pages::Explanation;
pub use request::{Ending, Peer, RequestId, RequestInfo, url_by_name, url_of};
pub use respond::{html, redirect, text};
pub use route::{Answer, Endpoint, Param, PathValue, Route, Table, TableError, TypedParam, UrlArg, UrlError, path_param};
pub use scope::{Resource, Scope};
pub use server::{BindError, Served, bind, serve};

pub use axum_core;
pub use axum_core::body::Body;
pub use axum_core::extract::{FromRequest, FromRequestParts};
pub use axum_core::response::IntoResponse;
pub use http;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
