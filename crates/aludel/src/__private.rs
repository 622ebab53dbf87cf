//! What the macros name. No part of the public interface.

pub use crate::runtime::block_on;
pub use aludel_sql::__private::*;
pub use aludel_sql::{
    Column, ColumnDef, CustomType, Delete, Entity, Field, Insert, Labels, Mapping, Model, Result as DbResult, Row, RowRef, Select, Table,
    TableRef, Type, Update, Value, custom_type,
};

#[cfg(feature = "web")]
pub use crate::handler::{extract, extract_last};
#[cfg(feature = "web")]
pub use crate::testing::{Fixture, TestContext, run_test};
#[cfg(feature = "web")]
pub use aludel_web::{Answer, Endpoint, Failure, Param, Request, Response, Route, TypedParam, UrlArg, reply, url_of};
