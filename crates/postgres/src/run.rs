//! Runs statements: prepared once, sent with their values in binary, their rows handed on as they come.

use std::collections::{HashSet, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use aludel_engine::{Job, Rows};
use aludel_sql::{Error, Outcome, Result, Statement, Step};
use futures_util::StreamExt;
use tokio_postgres::types::BorrowToSql;
use tokio_postgres::{Client, RowStream};

use crate::effect::Effect;
use crate::encode::{Bind, ColumnOf};
use crate::errors::from_driver;
use crate::exchange::Exchange;
use crate::link::{Link, Told};
use crate::number::Number;
use crate::prepared::{Counts, Prepared, effect};
use crate::row::Line;
use crate::sent::Sent;

/// How many runs of a repeated statement are on their way at once: enough to hide the way there and back, few enough to keep their
/// values small.
const WINDOW: usize = 128;
/// A query of which no more rows are wanted is read to its end up to so many bytes, and stopped beyond them.
const READ_TO_THE_END: usize = 256 << 10;

/// The question for the number of a transaction, on its way.
type Asked = Sent<'static, Told<Option<Number>>>;

/// Runs a statement as often as the job says.
pub(crate) async fn one(exchange: &mut Exchange, job: &Job<'_>, rows: &mut dyn Rows) -> Result<Outcome> {
    let asks = exchange.asks_number(job);
    loop {
        let (prepared, was_known) = exchange.prepared(job).await?;
        prepared.check(values(job))?;
        // Inside of a transaction the failure has ended it.
        let again = was_known && !exchange.in_transaction();
        if job.repeat() > 1 {
            Box::pin(exchange.begun()).await?;
            exchange.sends(job);
            return Box::pin(repeated(exchange, (&prepared, job, asks), rows)).await;
        }
        exchange.sends(job);
        // A statement by itself is asked here; what others need besides stands in a box, so that this one does not carry it.
        let (answer, asked) = match !asks && exchange.opening.is_none() {
            true => (query(exchange.link.client(), &prepared, (job, 0)).await, None),
            false => Box::pin(behind(exchange, (&prepared, job), asks)).await?,
        };
        match answer {
            Ok(stream) => {
                let outcome = consume(&exchange.link, stream, (&prepared, job), rows).await?;
                if asked.is_some() {
                    Box::pin(exchange.learn(asked)).await?;
                }
                exchange.answered()?;
                rows.executed(outcome);
                return Ok(outcome);
            }
            Err(error) if is_stale(&error) => {
                exchange.statements.remove(&job.key());
                if !again {
                    return Err(from_driver(error));
                }
                Box::pin(exchange.link.settle()).await?;
            }
            Err(error) => return Err(from_driver(error)),
        }
    }
}

/// Sends a statement behind a BEGIN that is on its way, and the question for the number of the transaction behind it.
async fn behind(exchange: &mut Exchange, (prepared, job): (&Prepared, &Job<'_>), asks: bool) -> Result<(Told<RowStream>, Option<Asked>)> {
    let client = Arc::clone(exchange.link.client());
    let question = query(&client, prepared, (job, 0));
    if !asks {
        return Ok((exchange.after_begin(question).await?, None));
    }
    let sent = Sent::start(question).await;
    let asked = exchange.link.ask_number().await;
    Ok((exchange.after_begin(sent.answer()).await?, Some(asked)))
}

/// Whether the server does not know the statement any more, or not with these columns.
fn is_stale(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|told| match told.code().code() {
        "26000" => true,
        "0A000" => told.routine() == Some("RevalidateCachedQuery"),
        _ => false,
    })
}

/// How many columns the rows of an INSERT have that sends each as an array.
fn array_columns(job: &Job<'_>) -> Option<usize> {
    match job.statement() {
        Statement::Insert(tree) if tree.goes_as_arrays(&aludel_sql::Postgres) => Some(tree.columns.len()),
        _ => None,
    }
}

/// How many values a run takes.
fn values(job: &Job<'_>) -> usize {
    array_columns(job).unwrap_or_else(|| job.binds(0).len())
}

/// Sends a run, and waits until it is accepted.
async fn query(client: &Client, prepared: &Prepared, (job, nth): (&Job<'_>, usize)) -> Told<RowStream> {
    let (binds, kinds) = (job.binds(nth), &prepared.parameters);
    match array_columns(job) {
        Some(columns) => {
            let column = |(column, kind)| ColumnOf { values: binds, column, columns, kind };
            send(client, prepared, kinds.iter().enumerate().map(column).collect::<Vec<_>>()).await
        }
        None => {
            let bind = |(value, kind)| Bind { value, kind };
            send(client, prepared, binds.iter().zip(kinds).map(bind).collect::<Vec<_>>()).await
        }
    }
}

async fn send(client: &Client, prepared: &Prepared, values: Vec<impl BorrowToSql>) -> Told<RowStream> {
    client.query_raw(&prepared.statement, values).await
}

/// Hands the rows on, and reads to the end, so that what the server says last was heard.
async fn consume(link: &Link, stream: RowStream, (prepared, job): (&Prepared, &Job<'_>), rows: &mut dyn Rows) -> Result<Outcome> {
    let mut stream = pin!(stream);
    let (mut wanted, mut refused, mut passed_over, mut stopped) = (true, None::<Error>, 0, false);
    let may_stop = matches!(job.statement(), Statement::Select(..)) && job.repeat() == 1;
    while let Some(row) = stream.next().await {
        let row = match row {
            Ok(row) => row,
            // The answer to our own order.
            Err(error) if stopped && error.as_db_error().is_some() => continue,
            Err(error) => return Err(from_driver(error)),
        };
        if !wanted {
            passed_over += row.raw_size_bytes();
            if may_stop && !stopped && passed_over > READ_TO_THE_END && !link.heard().in_transaction() {
                stopped = true;
                // What was not stopped is read to its end. In a box: it is rare, and large.
                Box::pin(link.stop()).await;
            }
            continue;
        }
        match rows.row(&Line { row: &row, prepared }) {
            Ok(Step::More) => {}
            Ok(Step::Pause) => poll_fn(|context| rows.poll_ready(context)).await,
            Ok(Step::Enough) => wanted = false,
            Err(error) => (wanted, refused) = (false, Some(error)),
        }
    }
    if let Some(error) = refused {
        return Err(error);
    }
    let counts = match prepared.counts {
        Counts::Rows => true,
        Counts::RowsByTag => ["INSERT", "UPDATE", "DELETE", "MERGE"].iter().any(|word| link.heard().tag_is(word)),
        Counts::Nothing => false,
    };
    Ok(Outcome { affected: if counts { stream.rows_affected().unwrap_or(0) } else { 0 }, generated: None })
}

/// Runs a statement many times: the next ones are on their way before the first is answered.
async fn repeated(exchange: &mut Exchange, (prepared, job, asks): (&Prepared, &Job<'_>, bool), rows: &mut dyn Rows) -> Result<Outcome> {
    let client = Arc::clone(exchange.link.client());
    let (mut sent, mut next, mut sum, mut asked) = (VecDeque::with_capacity(WINDOW), 0, Outcome::default(), None);
    loop {
        while next < job.repeat() && sent.len() < WINDOW {
            sent.push_back(Sent::start(query(&client, prepared, (job, next))).await);
            next += 1;
        }
        // Behind the last one: nobody listens to its answer before theirs.
        if asks && asked.is_none() && next == job.repeat() {
            asked = Some(exchange.link.ask_number().await);
        }
        let Some(first) = sent.pop_front() else {
            exchange.learn(asked).await?;
            return Ok(sum);
        };
        let stream = first.answer().await.map_err(from_driver)?;
        let outcome = consume(&exchange.link, stream, (prepared, job), rows).await?;
        rows.executed(outcome);
        sum.affected += outcome.affected;
    }
}

/// Runs statements that go out together: first what is not prepared yet, then all of them.
pub(crate) async fn all(exchange: &mut Exchange, jobs: &[Job<'_>], rows: &mut [&mut dyn Rows]) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(jobs.len());
    if !jobs.iter().all(|job| job.repeat() == 1 && is_plain(job)) {
        for (job, rows) in jobs.iter().zip(rows) {
            outcomes.push(one(exchange, job, &mut **rows).await.map_err(|error| job.blame(error))?);
        }
        return Ok(outcomes);
    }
    let statements = prepare_all(exchange, jobs).await?;
    let client = Arc::clone(exchange.link.client());
    let mut sent = Vec::with_capacity(jobs.len());
    for (job, prepared) in jobs.iter().zip(&statements) {
        prepared.check(values(job)).map_err(|error| job.blame(error))?;
    }
    let mut asked = None;
    for (job, prepared) in jobs.iter().zip(&statements) {
        exchange.sends(job);
        sent.push(Sent::start(query(&client, prepared, (job, 0))).await);
    }
    if jobs.iter().any(|job| exchange.asks_number(job)) {
        asked = Some(exchange.link.ask_number().await);
    }
    exchange.begun().await?;
    for (((job, prepared), sent), rows) in jobs.iter().zip(&statements).zip(sent).zip(rows) {
        let outcome = match sent.answer().await {
            Ok(stream) => consume(&exchange.link, stream, (prepared, job), &mut **rows).await,
            Err(error) => {
                if is_stale(&error) {
                    exchange.statements.remove(&job.key());
                }
                Err(from_driver(error))
            }
        };
        let outcome = outcome.map_err(|error| job.blame(error))?;
        rows.executed(outcome);
        outcomes.push(outcome);
    }
    exchange.learn(asked).await?;
    Ok(outcomes)
}

/// Whether a statement may be prepared before those in front of it have run.
fn is_plain(job: &Job<'_>) -> bool {
    match job.statement() {
        Statement::Raw(_) => job.sql().is_some_and(|sql| Effect::is_plain(&sql)),
        Statement::Ddl(_) => false,
        _ => true,
    }
}

/// The prepared statements of all jobs; those that are not known go out together.
async fn prepare_all(exchange: &mut Exchange, jobs: &[Job<'_>]) -> Result<Vec<Arc<Prepared>>> {
    let client = Arc::clone(exchange.link.client());
    let (mut new, mut keys) = (Vec::new(), HashSet::new());
    for job in jobs {
        if exchange.statements.contains_key(&job.key()) || !keys.insert(job.key()) {
            continue;
        }
        let compiled = job.compiled().map_err(|error| job.blame(error))?;
        let (effect, client) = (effect(job, &compiled.sql).map_err(|error| job.blame(error))?, &client);
        let sql = Arc::clone(&compiled.sql);
        new.push((job.key(), Sent::start(async move { client.prepare(&sql).await }).await, (job, effect, compiled)));
    }
    if !new.is_empty() {
        exchange.begun().await?;
    }
    for (key, sent, (job, effect, compiled)) in new {
        let statement = sent.answer().await.map_err(|error| job.blame(from_driver(error)))?;
        exchange.keep(Prepared::new(statement, job, (effect, &compiled.sql)), key);
    }
    let mut statements = Vec::with_capacity(jobs.len());
    for job in jobs {
        statements.push(exchange.prepared(job).await.map_err(|error| job.blame(error))?.0);
    }
    Ok(statements)
}
