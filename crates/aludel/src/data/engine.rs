//! `Engine`: the engine of `aludel-engine`, by the URL of any database whose driver is in.

use std::fmt;
use std::ops::Deref;

use aludel_orm::Session;
use aludel_sql::{Batches, BoxFuture, Dialect, Exec, Executor, Outcome, Plain, Result, Run, Sink, Statement};

/// A database. Cheap to clone; nothing is opened until the first use.
///
/// | URL | database |
/// |---|---|
/// | `sqlite:///file.db` | a SQLite file, relative to the working directory |
/// | `sqlite:////folder/file.db` | a SQLite file by its absolute path |
/// | `sqlite://` | a SQLite database in memory, which lives as long as the engine |
/// | `postgres://user:password@host/database` | PostgreSQL, with the feature `postgres`; also `postgresql://` |
/// | `mariadb://user:password@host/database` | MariaDB, with the feature `mysql` |
/// | `mysql://user:password@host/database` | MySQL, with the feature `mysql` |
///
/// `sqlite:file.db` and `sqlite://file.db` are understood too. Options follow a `?`, joined by `&`; the `Location` of each
/// driver tells them with their defaults. For SQLite: `mode`, `synchronous`, `foreign_keys`, `busy_timeout`,
/// `statement_timeout`, `cache_size`, `mmap_size`, `temp_store`, `secure_delete`, `recursive_triggers`, `strict` and `pool_size`.
#[derive(Clone)]
pub struct Engine(aludel_engine::Engine);

impl Engine {
    /// Returns the engine of the database that the URL names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](aludel_sql::ErrorKind::Config) for a URL that no driver understands.
    pub fn new(url: &str) -> Result<Self> {
        match url.split_once(':') {
            #[cfg(feature = "sqlite")]
            Some(("sqlite", _)) => Ok(Self(aludel_engine::Engine::on(aludel_sqlite::Sqlite::from_url(url)?))),
            #[cfg(feature = "postgres")]
            Some(("postgres" | "postgresql", _)) => Ok(Self(aludel_engine::Engine::on(aludel_postgres::Postgres::from_url(url)?))),
            #[cfg(feature = "mysql")]
            Some(("mysql" | "mariadb", _)) => Ok(Self(aludel_engine::Engine::on(aludel_mysql::MySql::from_url(url)?))),
            _ => Err(unknown(url)),
        }
    }

    /// Lets what only reads run on replicas, see [`aludel_engine::Engine::with_replicas`].
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](aludel_sql::ErrorKind::Unsupported) if the database does not tell how far a replica has come,
    /// [`ErrorKind::Config`](aludel_sql::ErrorKind::Config) if a replica is of another kind of database.
    pub fn with_replicas(self, replicas: impl IntoIterator<Item = Self>) -> Result<Self> {
        self.0.with_replicas(replicas.into_iter().map(|replica| replica.0)).map(Self)
    }

    /// Starts a session on this engine.
    pub fn session(&self) -> Session {
        Session::new(&self.0)
    }
}

#[cold]
fn unknown(url: &str) -> aludel_sql::Error {
    let config = |message: String| aludel_sql::Error::new(aludel_sql::ErrorKind::Config, message);
    let known = "`sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory";
    let scheme = url.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme));
    let feature = match scheme {
        Some("postgres" | "postgresql") => Some("postgres"),
        Some("mysql" | "mariadb") => Some("mysql"),
        Some("sqlite") => Some("sqlite"),
        _ => None,
    };
    match scheme {
        Some(scheme) if feature.is_some() => {
            let feature = feature.unwrap_or_default();
            config(format!("the driver for a database URL that starts with `{scheme}:` is not in this program"))
                .hint(format!("add the feature to its Cargo.toml: `aludel = {{ version = \"..\", features = [\"{feature}\"] }}`"))
        }
        Some(scheme) => config(format!("no driver for a database URL that starts with `{scheme}:`")).hint(known),
        None if url.is_empty() => config("the database URL is empty".to_owned()).hint(known),
        // What is no URL may hold a password all the same.
        None if url.contains(['@', '?']) => config("the database URL has no scheme".to_owned()).hint(known),
        None => config(format!("`{url}` is no database URL")).hint(format!("write `sqlite:///{url}`; {known}")),
    }
}

/// Tells whether it can stand before the colon of a URL; a single letter is a drive.
fn is_scheme(text: &str) -> bool {
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    text.len() > 1 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && is_word
}

impl From<aludel_engine::Engine> for Engine {
    fn from(engine: aludel_engine::Engine) -> Self {
        Self(engine)
    }
}

impl Deref for Engine {
    type Target = aludel_engine::Engine;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Run for &Engine {
    fn dialect(&self) -> &dyn Dialect {
        self.0.dialect()
    }

    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.0.run_alone(statement, sink))
    }

    fn run_at_once(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Option<Result<Outcome>> {
        self.0.run_at_once(statement, sink, &mut ())
    }

    fn load<'a>(&'a mut self, batches: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.0.load(batches))
    }
}

#[diagnostic::do_not_recommend]
impl Executor for &Engine {
    type Mode = Plain;

    fn by_ref(&mut self) -> Exec<'_, Plain> {
        Exec::new(self)
    }
}
