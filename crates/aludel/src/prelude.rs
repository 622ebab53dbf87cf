//! What a program imports: `use aludel::prelude::*;`.

pub use crate::data::{Db, Engine};
pub use crate::error::{Error, Result};
pub use crate::types::{Timestamp, now};
pub use aludel_derive::{Model, SqlType, mapper, models, table, tables};
pub use aludel_engine::{Begin, Connection, Isolation, Transaction, timeout};
pub use aludel_orm::{Savepoint, Session};
pub use aludel_sql::{
    Column, Error as DbError, ErrorKind, Executor, Expr, MetaData, Model, Obj, Out, Queries, Ref, Row, Select, SqlType, auto, raw,
};
pub use tracing;

#[cfg(feature = "web")]
pub use crate::app::App;
#[cfg(feature = "web")]
pub use crate::error::{NotFound, OrNotFound};
#[cfg(feature = "web")]
pub use crate::handler::Extension;
#[cfg(feature = "web")]
pub use crate::testing::Client;
#[cfg(feature = "decimal")]
pub use crate::types::Decimal;
#[cfg(feature = "json")]
pub use crate::types::Json;
#[cfg(feature = "uuid")]
pub use crate::types::Uuid;
#[cfg(feature = "web")]
pub use aludel_derive::{delete, get, head, options, patch, post, put, routes, url_for};
#[cfg(all(feature = "json", feature = "web"))]
pub use aludel_web::json;
#[cfg(feature = "web")]
pub use aludel_web::{HeaderMap, IntoResponse, Response, StatusCode, html, redirect};
