//! Prepared statements, as a connection keeps them.

use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use aludel_engine::Job;
use aludel_sql::{Error, ErrorKind, Result, Statement as Tree};
use hashlink::LruCache;
use tokio_postgres::Statement;

use crate::effect::Effect;
use crate::kind::Kind;

/// How many statements a connection keeps prepared.
const STATEMENTS: usize = 256;

/// The statements that a connection keeps prepared, by their keys.
pub(crate) type Statements = LruCache<u128, Arc<Prepared>, BuildHasherDefault<Hashed>>;

/// Returns the place for the statements of a new connection.
pub(crate) fn statements() -> Statements {
    LruCache::with_hasher(STATEMENTS, BuildHasherDefault::default())
}

/// The hash of a key that is a hash already.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }
}

/// A prepared statement, and what its rows and parameters look like.
pub(crate) struct Prepared {
    pub(crate) statement: Statement,
    pub(crate) names: Arc<[Box<str>]>,
    pub(crate) columns: Box<[Kind]>,
    pub(crate) parameters: Box<[Kind]>,
    pub(crate) effect: Effect,
    pub(crate) counts: Counts,
}

/// What a statement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Nothing: it reads, or changes no rows.
    Nothing,
    /// The rows that it changes.
    Rows,
    /// The rows that it changes, if the server says that it does.
    RowsByTag,
}

impl Prepared {
    pub(crate) fn new(statement: Statement, job: &Job<'_>, (effect, sql): (Effect, &str)) -> Self {
        let counts = match job.statement() {
            Tree::Insert(_) | Tree::Update(_) | Tree::Delete(_) => Counts::Rows,
            Tree::Raw(_) => counts(sql),
            _ => Counts::Nothing,
        };
        Self {
            names: statement.columns().iter().map(|column| column.name().into()).collect(),
            columns: statement.columns().iter().map(|column| Kind::of(column.type_())).collect(),
            parameters: statement.params().iter().map(Kind::of).collect(),
            statement,
            effect,
            counts,
        }
    }

    /// Checks that there is a value for each parameter.
    pub(crate) fn check(&self, values: usize) -> Result {
        match self.parameters.len() {
            expected if expected == values => Ok(()),
            expected => Err(Error::usage(format!("the statement has {expected} parameters, but {values} values are bound"))),
        }
    }
}

fn counts(sql: &str) -> Counts {
    match Effect::first_word(sql).to_ascii_uppercase().as_str() {
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COPY" => Counts::Rows,
        "WITH" => Counts::RowsByTag,
        _ => Counts::Nothing,
    }
}

/// What a statement does besides, as far as its text shows; our own ones do nothing.
///
/// # Errors
/// [`ErrorKind::Syntax`] if there is no statement; [`ErrorKind::Unsupported`] for a COPY that would wait for rows in vain.
pub(crate) fn effect(job: &Job<'_>, sql: &str) -> Result<Effect> {
    let Tree::Raw(_) = job.statement() else { return Ok(Effect::None) };
    match Effect::of(sql) {
        Effect::Empty => Err(Error::new(ErrorKind::Syntax, "the statement is empty")),
        Effect::Copy => Err(Error::new(ErrorKind::Unsupported, "a raw COPY has nobody who hands it rows, or takes them").hint(
            "`CopyIn` and `CopyOut` of the driver do; models are inserted by `bulk_insert`; COPY from and to a file of the server works",
        )),
        effect => Ok(effect),
    }
}
