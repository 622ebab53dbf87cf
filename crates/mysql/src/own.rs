//! Queries of the driver itself: their rows are few, and copied.

use std::sync::Arc;

use aludel_sql::{Result, Row};
use mysql_async::Value as Wired;

use crate::decode::Stand;
use crate::line::{Line, Run};

/// The rows of a query.
pub(crate) async fn rows(line: &mut Line, (sql, values): (&str, Vec<Wired>)) -> Result<Vec<Row>> {
    let prepared = line.run(Run::Text(sql.into()), values).await?;
    // With the next exchange, which the rows are not.
    line.let_go(prepared);
    let columns = line.columns().unwrap_or_default();
    let names: Arc<[Box<str>]> = columns.iter().map(|column| Box::from(column.name_str())).collect();
    let mut found = Vec::new();
    while let Some(row) = line.row().await? {
        found.push(Row::copy(&Stand { names: &names, row: &row })?);
    }
    Ok(found)
}
