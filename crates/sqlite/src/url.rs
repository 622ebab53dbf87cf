//! The URLs of SQLite databases, as SQLAlchemy reads them: three slashes for a relative path, four for an
//! absolute one, two for a database in memory. `sqlite:file.db` and `sqlite://file.db` are understood too.

use std::path::PathBuf;

use aludel_sql::{Error, ErrorKind, Result};

/// Where a database is, and how it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file; without one the database is in memory.
    pub path: Option<PathBuf>,
    /// Whether nothing may be written (`?mode=ro`).
    pub read_only: bool,
    /// Whether a missing file is an error instead of a new database (`?mode=rw`).
    pub must_exist: bool,
    /// When a commit is safe from a power cut (`?synchronous=full`).
    pub synchronous: Synchronous,
    /// The greatest number of connections (`?pool_size=4`).
    pub pool_size: Option<usize>,
}

/// When a commit is safe. Whatever is chosen, a commit survives the end of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// A power cut may take the last commits, and never damages the file. The default.
    #[default]
    Normal,
    /// A power cut takes nothing that was committed; each commit waits for the disk.
    Full,
}

impl Location {
    /// Returns the location of a file, with all options at their defaults.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), read_only: false, must_exist: false, synchronous: Synchronous::default(), pool_size: None }
    }

    /// Returns the location of a database in memory.
    pub fn memory() -> Self {
        Self { path: None, ..Self::file("") }
    }

    /// Reads a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for another scheme, and for an option or a value of one that does not exist.
    pub fn parse(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("sqlite:").ok_or_else(|| foreign(url))?;
        let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
        let path = match place.strip_prefix("//") {
            Some(path) => path.strip_prefix('/').unwrap_or(path),
            None => place,
        };
        let location = match path {
            "" | ":memory:" => Self::memory(),
            path => Self::file(path),
        };
        options.split('&').filter(|option| !option.is_empty()).try_fold(location, Self::option)
    }

    fn option(mut self, option: &str) -> Result<Self> {
        match option.split_once('=').unwrap_or((option, "")) {
            ("mode", "ro") => self.read_only = true,
            ("mode", "rw") => self.must_exist = true,
            ("mode", "rwc") => {}
            ("mode", "memory") => self.path = None,
            ("synchronous", "normal") => self.synchronous = Synchronous::Normal,
            ("synchronous", "full") => self.synchronous = Synchronous::Full,
            ("pool_size", size) => self.pool_size = Some(pool_size(size)?),
            (name @ ("mode" | "synchronous"), value) => {
                return Err(config(format!("`{name}={value}` is no option of a SQLite database")).hint(OPTIONS));
            }
            (name, _perhaps_secret) => return Err(config(format!("`{name}` is no option of a SQLite database")).hint(OPTIONS)),
        }
        Ok(self)
    }

    /// What messages call the database.
    pub fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| ":memory:".to_owned(), |path| path.display().to_string())
    }

    /// Where the file would be if the slashes had been meant the other way, if something is there.
    pub(crate) fn other_reading(&self) -> Option<PathBuf> {
        let path = self.path.as_ref()?;
        let other = match path.strip_prefix("/") {
            Ok(relative) => relative.to_owned(),
            Err(_) => PathBuf::from("/").join(path),
        };
        (!path.exists() && other.is_file()).then_some(other)
    }
}

const OPTIONS: &str = "the options are `mode=ro|rw|rwc|memory`, `synchronous=normal|full` and `pool_size=N`";

fn pool_size(text: &str) -> Result<usize> {
    match text.parse() {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(config(format!("`pool_size={text}` is not a number of connections")).hint(OPTIONS)),
    }
}

/// What stands behind the scheme may be a password.
fn foreign(url: &str) -> Error {
    let message = match url.split_once(':') {
        Some((scheme, _)) => format!("a URL that begins with `{scheme}:` is not one of a SQLite database"),
        None => "a URL without a scheme is not one of a SQLite database".to_owned(),
    };
    config(message).hint(
        "write `sqlite:///file.db` for a file in this folder, `sqlite:////folder/file.db` for an absolute path, `sqlite://` for memory",
    )
}

fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}
