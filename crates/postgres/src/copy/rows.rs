//! Rows of values into a table, by COPY in binary: the types of the columns are asked for first, in the same transaction, which
//! keeps others from changing them.
//!
//! Source: PostgreSQL's manual, "COPY", "Binary Format".

use std::sync::Arc;

use aludel_sql::ast::{InsertTree, Values};
use aludel_sql::run::next_batch;
use aludel_sql::{BatchSize, Batches, BulkProgress, Error, Postgres, Result, Statement, check_value};
use bytes::{BufMut, BytesMut};
use futures_util::future::join;
use tokio_postgres::types::Type;

use super::stream::{Inward, in_step};
use crate::encode::field;
use crate::errors::from_driver;
use crate::exchange::Exchange;
use crate::kind::Kind;
use crate::link::Link;
use crate::sent::Sent;

/// What the format begins with: its name, no flags, nothing added.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Inserts rows as they come, and returns how many there were.
pub(crate) async fn load(exchange: &mut Exchange, rows: &mut dyn Batches) -> Result<u64> {
    let size = BatchSize::of(&Postgres, rows.width());
    let Some(first) = next_batch(rows, size).await? else { return Ok(0) };
    let tree = inserted(&first)?;
    let (copy, columns) = prepare(exchange, tree).await?;
    in_step(exchange, async |exchange| {
        let mut inward = Inward::open(&exchange.link, &copy).await?;
        inward.buffer.put_slice(HEADER);
        let (mut batch, mut sent) = (Some(first), 0);
        while let Some(statement) = batch {
            let tree = inserted(&statement)?;
            if !send(&mut inward, &exchange.link, (tree, &columns)).await? {
                break;
            }
            sent += tree.rows as u64;
            rows.sent(BulkProgress::new(sent, Some(inward.bytes)));
            batch = next_batch(rows, size).await?;
        }
        inward.buffer.put_i16(-1);
        inward.end(exchange).await
    })
    .await
}

fn inserted(statement: &Statement) -> Result<&InsertTree> {
    match statement {
        Statement::Insert(tree) => Ok(tree),
        _ => Err(Error::usage("a batch of rows is no INSERT")),
    }
}

/// A column that gets values.
struct Place {
    name: Box<str>,
    ty: Type,
    kind: Kind,
}

/// The statement that takes the rows, and the columns that they go to.
async fn prepare(exchange: &mut Exchange, tree: &InsertTree) -> Result<(tokio_postgres::Statement, Vec<Place>)> {
    if tree.columns.is_empty() {
        return Err(Error::usage(format!("the rows for `{}` have no values", tree.table.full_name()))
            .hint("rows of nothing but defaults are inserted one by one"));
    }
    let (columns, copy) = (tree.to_columns(&Postgres)?, tree.to_copy(&Postgres)?);
    let client = Arc::clone(exchange.link.client());
    let columns = Sent::start(async { client.prepare(&columns).await }).await;
    let copy = Sent::start(async { client.prepare(&copy).await }).await;
    exchange.begun().await?;
    let (columns, copy) = join(columns.answer(), copy.answer()).await;
    let (columns, copy) = (columns.map_err(from_driver)?, copy.map_err(from_driver)?);
    let place =
        |column: &tokio_postgres::Column| Place { name: column.name().into(), ty: column.type_().clone(), kind: Kind::of(column.type_()) };
    Ok((copy, columns.columns().iter().map(place).collect()))
}

/// Sends a batch; `false` if the server wants no more.
async fn send(inward: &mut Inward, link: &Link, (tree, places): (&InsertTree, &[Place])) -> Result<bool> {
    let Values::Plain(values) = &tree.values else {
        return Err(Error::usage("a batch of rows holds more than values"));
    };
    for row in values.chunks(places.len()) {
        inward.buffer.put_i16(places.len() as i16);
        for ((value, place), position) in row.iter().zip(places).zip(&tree.columns) {
            check_value(value, tree.table.columns.get(usize::from(*position)))?;
            put(&mut inward.buffer, value, place)?;
        }
        if !inward.flow(link).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn put(buffer: &mut BytesMut, value: &aludel_sql::Value<'_>, place: &Place) -> Result {
    field(buffer, (value, &place.kind), (&place.ty, &place.name))
}
