//! The one error of the data crates: a kind to branch on, names, a hint, the statement; never a bound value.
//! Serves every crate that talks to a database; knows no driver, whose errors it keeps only as text and source.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The result of everything that can fail in the data crates.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// An error of another library, kept as the source.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong, whose fault it is and what to do about it.
///
/// `Display` is one line without any bound value, fit for a log. What the database itself said may
/// quote values; it is kept apart in [`detail`](Error::detail) and is never part of `Display` or `Debug`.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    statement: Option<Arc<str>>,
    detail: Option<String>,
    source: Option<BoxError>,
    commit_token: Option<CommitToken>,
}

/// What a database knows a transaction by, so that it can be asked later what became of it. Shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct CommitToken(Box<str>);

/// What a caller may want to branch on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A constraint of the database was violated.
    Integrity(Integrity),
    /// A value does not fit its column, or a stored value does not fit its field.
    Data {
        /// The column, where it is known.
        column: Option<String>,
    },
    /// The database did not understand the statement, or a table or column that it names is not there.
    Syntax,
    /// The schema of the database differs from the one that was declared.
    Schema,
    /// A concurrent transaction was in the way; the same work may be tried again.
    Serialization,
    /// A row was changed or deleted by someone else since it was loaded.
    StaleData,
    /// Something was waited for in vain: a connection of the pool, the place of the writer, another process.
    Timeout,
    /// Waiting could never end, because who waits holds itself what it waits for.
    Deadlock,
    /// The statement was interrupted on request.
    Cancelled,
    /// The database cannot be opened or reached.
    Connect,
    /// The connection broke, or the server ended it; what was not committed is gone, so that it may be run again. What a function
    /// writes that a SELECT calls is not seen: outside of a transaction it may be committed all the same.
    Disconnected,
    /// The connection broke after COMMIT was sent, or a write that is a transaction of its own, and before the answer came: it is
    /// committed, or it is not. To run it again without a look may do it twice.
    CommitUnknown,
    /// The server sent what its protocol does not allow; the connection is closed.
    Protocol,
    /// Reading or writing the database's storage failed, or it is damaged.
    Storage,
    /// The database is open for reading only.
    ReadOnly,
    /// The call asked for exactly one row and there was none.
    NoRow,
    /// The call asked for at most one row and there were more.
    MultipleRows,
    /// The URL or an option of the engine is not valid.
    Config,
    /// The database cannot do what the statement asks for.
    Unsupported,
    /// The statement has more parameters than the database takes.
    TooManyParameters,
    /// The API was used in a way that cannot work; the message says which.
    Usage,
}

/// Which constraint was violated, as far as the database tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integrity {
    /// The kind of the constraint.
    pub kind: Constraint,
    /// Its name, if the database or the declared schema knows one.
    pub constraint: Option<String>,
    /// The table that the constraint belongs to.
    pub table: Option<String>,
    /// The constrained columns, in the order of the constraint; empty if unknown.
    pub columns: Vec<String>,
}

/// The kinds of constraints that a database enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Constraint {
    /// A primary key.
    PrimaryKey,
    /// A unique constraint or unique index.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A column that must not be null.
    NotNull,
    /// A check constraint.
    Check,
    /// An exclusion constraint, as PostgreSQL has them.
    Exclusion,
}

impl Error {
    /// Returns an error of this kind; `message` is lower case, without a full stop and without values.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Inner { kind, message, hint: None, statement: None, detail: None, source: None, commit_token: None }))
    }

    /// Returns the error of a violated constraint; its message is built from the names in it.
    pub fn integrity(integrity: Integrity) -> Self {
        let message = integrity.to_string();
        Self::new(ErrorKind::Integrity(integrity), message)
    }

    /// Returns a [`ErrorKind::Data`] error about `column`.
    pub fn data(column: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Data { column: Some(column.into()) }, message)
    }

    /// Returns a [`ErrorKind::Usage`] error.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Adds what to do now.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds what is to be known too, behind what to do now.
    #[must_use]
    pub fn and_hint(mut self, hint: &str) -> Self {
        self.0.hint = Some(self.0.hint.take().map_or_else(|| hint.to_owned(), |first| format!("{first}; {hint}")));
        self
    }

    /// Adds what to do now, unless something is said already.
    #[must_use]
    pub fn hint_if_none(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Adds the statement, with placeholders instead of values; the first one given stays.
    #[must_use]
    pub fn statement(mut self, sql: impl Into<Arc<str>>) -> Self {
        if self.0.statement.is_none() {
            self.0.statement = Some(sql.into());
        }
        self
    }

    /// Adds the database's own words, which may quote values and are shown only on request.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds the error that caused this one; its text must not quote values.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds what the database knows the transaction by whose end is unknown.
    #[must_use]
    pub fn with_commit_token(mut self, token: Option<CommitToken>) -> Self {
        self.0.commit_token = token;
        self
    }

    /// Replaces the violated constraint's description, for example once its name is known.
    #[must_use]
    pub fn refine(mut self, refine: impl FnOnce(&mut Integrity)) -> Self {
        if let ErrorKind::Integrity(integrity) = &mut self.0.kind {
            refine(integrity);
            self.0.message = integrity.to_string();
        }
        self
    }

    /// Says which column the value is for, if this is an [`ErrorKind::Data`] that does not say so.
    #[must_use]
    pub fn of_column(mut self, name: &str) -> Self {
        if let ErrorKind::Data { column: column @ None } = &mut self.0.kind {
            *column = Some(name.to_owned());
            self.0.message += &format!(": column `{name}`");
        }
        self
    }

    /// The kind to branch on.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The violated constraint, if this is an [`ErrorKind::Integrity`].
    pub fn as_integrity(&self) -> Option<&Integrity> {
        match &self.0.kind {
            ErrorKind::Integrity(integrity) => Some(integrity),
            _ => None,
        }
    }

    /// What to do now, if there is advice.
    pub fn advice(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The whole statement that failed, with placeholders instead of values; see [`excerpt`].
    pub fn sql(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }

    /// The database's own words. They may quote values: do not log them without thought.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// What the database knows the transaction of a [`ErrorKind::CommitUnknown`] by, if it can be asked what became of it.
    pub fn commit_token(&self) -> Option<&CommitToken> {
        self.0.commit_token.as_ref()
    }
}

impl CommitToken {
    /// Returns a token; only the driver that made it reads it.
    pub fn new(token: impl Into<Box<str>>) -> Self {
        Self(token.into())
    }

    /// What the driver has put into it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says that there is one.
impl fmt::Debug for CommitToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommitToken(..)")
    }
}

/// So many characters of a statement are shown to people.
const SHOWN: usize = 2000;

/// Returns a statement as messages, logs and pages show it: of a very long one the beginning, and how long it is.
pub fn excerpt(sql: &str) -> Cow<'_, str> {
    match sql.char_indices().nth(SHOWN) {
        None => Cow::Borrowed(sql),
        Some((end, _)) => Cow::Owned(format!("{}… ({} characters)", &sql[..end], sql.chars().count())),
    }
}

impl ErrorKind {
    /// The name that pages and logs show, such as `IntegrityError`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Integrity(_) => "IntegrityError",
            Self::Data { .. } => "DataError",
            Self::Syntax => "SyntaxError",
            Self::Schema => "SchemaError",
            Self::Serialization => "SerializationError",
            Self::StaleData => "StaleDataError",
            Self::Timeout => "TimeoutError",
            Self::Deadlock => "DeadlockError",
            Self::Cancelled => "CancelledError",
            Self::Connect => "ConnectError",
            Self::Disconnected => "DisconnectedError",
            Self::CommitUnknown => "CommitUnknownError",
            Self::Protocol => "ProtocolError",
            Self::Storage => "StorageError",
            Self::ReadOnly => "ReadOnlyError",
            Self::NoRow => "NoRowError",
            Self::MultipleRows => "MultipleRowsError",
            Self::Config => "ConfigError",
            Self::Unsupported => "UnsupportedError",
            Self::TooManyParameters => "TooManyParametersError",
            Self::Usage => "UsageError",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.name(), self.0.message)
    }
}

/// The message, the statement, the hint and the cause, a line each: what `fn main() -> Result` prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if let Some(sql) = self.sql() {
            write!(f, "\n  statement: {}", excerpt(sql))?;
        }
        if let Some(source) = &self.0.source {
            write!(f, "\n  cause: {source}")?;
        }
        if let Some(hint) = self.advice() {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// What is told of every error when it goes.
#[cfg(feature = "witness")]
static WATCH: std::sync::OnceLock<fn(&Error)> = std::sync::OnceLock::new();

/// Has a function see every error of this process as it goes, for a test that scans what they say. The first one stays.
#[cfg(feature = "witness")]
pub fn watch_errors(watch: fn(&Error)) {
    WATCH.get_or_init(|| watch);
}

#[cfg(feature = "witness")]
impl Drop for Error {
    fn drop(&mut self) {
        if let Some(watch) = WATCH.get() {
            watch(self);
        }
    }
}

impl fmt::Display for Integrity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} constraint", self.kind)?;
        if let Some(name) = &self.constraint {
            write!(f, " `{name}`")?;
        }
        if let Some(table) = &self.table {
            write!(f, " of table `{table}`")?;
        }
        if !self.columns.is_empty() {
            write!(f, " on `{}`", self.columns.join("`, `"))?;
        }
        f.write_str(" is violated")
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PrimaryKey => "primary key",
            Self::Unique => "unique",
            Self::ForeignKey => "foreign key",
            Self::NotNull => "not null",
            Self::Check => "check",
            Self::Exclusion => "exclusion",
        })
    }
}
