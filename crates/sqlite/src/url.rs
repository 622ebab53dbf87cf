//! The URLs of SQLite databases, as SQLAlchemy reads them: three slashes for a relative path, four for an
//! absolute one, two for a database in memory. `sqlite:file.db` and `sqlite://file.db` are understood too.

use std::ops::{RangeBounds, RangeFrom};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use aludel_sql::{Error, ErrorKind, Result};

/// Where a database is, and how it is opened. The options stand behind the `?` of a URL, joined by `&`.
///
/// The journal is always the write-ahead log (`journal_mode=wal`): readers and the writer do not keep each other waiting.
///
/// ```
/// use aludel_sqlite::Location;
///
/// let location = Location::parse("sqlite:///shop.db?synchronous=full&statement_timeout=2000&cache_size=-16000")?;
/// assert!(location.foreign_keys);
/// assert_eq!(location.statement_timeout.map(|limit| limit.as_secs()), Some(2));
/// # Ok::<(), aludel_sql::Error>(())
/// ```
///
/// Source: <https://www.sqlite.org/pragma.html>.
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
    /// How long a statement waits for another process, and a writer for the others of this one (`?busy_timeout=1000`, in
    /// milliseconds; 0 does not wait). Five seconds by default.
    pub busy_timeout: Duration,
    /// How long a statement may run; one that runs longer is stopped, and fails as [`ErrorKind::Timeout`]
    /// (`?statement_timeout=2000`, in milliseconds). It waits for other writers no longer than that either; the time that
    /// somebody takes between the rows of a stream is not counted. No limit by default.
    pub statement_timeout: Option<Duration>,
    /// How much of the database each connection keeps in memory: so many pages, or so many KiB where it is negative
    /// (`?cache_size=-16000`). SQLite's own 2000 KiB by default.
    pub cache_size: Option<i32>,
    /// How many bytes of the file are read through memory of the system instead of copied (`?mmap_size=268435456`). None by
    /// default: what the system cannot read from the disk would end the process.
    pub mmap_size: u64,
    /// Where what does not outlive a connection is kept (`?temp_store=memory`).
    pub temp_store: TempStore,
    /// Whether foreign keys are enforced (`?foreign_keys=off`). They are by default, other than in SQLite itself.
    pub foreign_keys: bool,
    /// Whether what a trigger does can fire the same trigger again (`?recursive_triggers=on`). Not by default.
    pub recursive_triggers: bool,
    /// Whether what is deleted is overwritten (`?secure_delete=on`).
    pub secure_delete: SecureDelete,
    /// Whether the tables that are made are strict: they refuse a value of another type than their column's, where SQLite
    /// would keep it (`?strict=on`). Not by default; a table that is there stays as it is.
    pub strict: bool,
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

/// Where temporary tables, and what is sorted without an index, are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TempStore {
    /// In files, as soon as they outgrow the cache. The default.
    #[default]
    File,
    /// In memory.
    Memory,
}

/// Whether what is deleted is overwritten in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecureDelete {
    /// It stays until its place is needed. The default.
    #[default]
    Off,
    /// It is overwritten with zeros.
    On,
    /// It is overwritten where that makes no more pages to write.
    Fast,
}

impl Location {
    /// Returns the location of a file, with all options at their defaults.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            path: Some(path.into()),
            read_only: false,
            must_exist: false,
            synchronous: Synchronous::default(),
            pool_size: None,
            busy_timeout: Duration::from_secs(5),
            statement_timeout: None,
            cache_size: None,
            mmap_size: 0,
            temp_store: TempStore::default(),
            foreign_keys: true,
            recursive_triggers: false,
            secure_delete: SecureDelete::default(),
            strict: false,
        }
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
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match (name, value) {
            ("mode", "ro") => self.read_only = true,
            ("mode", "rw") => self.must_exist = true,
            ("mode", "rwc") | ("journal_mode", "wal") => {}
            ("mode", "memory") => self.path = None,
            ("synchronous", "normal") => self.synchronous = Synchronous::Normal,
            ("synchronous", "full") => self.synchronous = Synchronous::Full,
            ("temp_store", "file") => self.temp_store = TempStore::File,
            ("temp_store", "memory") => self.temp_store = TempStore::Memory,
            ("secure_delete", "off") => self.secure_delete = SecureDelete::Off,
            ("secure_delete", "on") => self.secure_delete = SecureDelete::On,
            ("secure_delete", "fast") => self.secure_delete = SecureDelete::Fast,
            ("strict", "on" | "off") => self.strict = value == "on",
            ("foreign_keys", "on" | "off") => self.foreign_keys = value == "on",
            ("recursive_triggers", "on" | "off") => self.recursive_triggers = value == "on",
            ("pool_size", _) => self.pool_size = Some(number(name, value, "connections", 1..)?),
            ("busy_timeout", _) => self.busy_timeout = milliseconds(name, value, 0..)?,
            ("statement_timeout", _) => self.statement_timeout = Some(milliseconds(name, value, 1..)?),
            ("cache_size", _) => self.cache_size = Some(number(name, value, "pages, or of KiB below zero", i32::MIN + 1..)?),
            ("mmap_size", _) => self.mmap_size = number(name, value, "bytes", 0..=LARGEST)?,
            (
                "mode" | "journal_mode" | "synchronous" | "temp_store" | "secure_delete" | "foreign_keys" | "recursive_triggers" | "strict",
                _,
            ) => {
                return Err(config(format!("`{name}={value}` is no option of a SQLite database")).hint(OPTIONS));
            }
            // What is behind an unknown name may be a secret.
            _ => return Err(config(format!("`{name}` is no option of a SQLite database")).hint(OPTIONS)),
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

const OPTIONS: &str = "the options are `mode=ro|rw|rwc|memory`, `synchronous=normal|full`, `journal_mode=wal`, `foreign_keys=on|off`, \
                       `recursive_triggers=on|off`, `strict=on|off`, `secure_delete=off|on|fast`, `temp_store=file|memory`, \
                       `cache_size=PAGES` (or `-KIB`), `mmap_size=BYTES`, `busy_timeout=MILLISECONDS`, `statement_timeout=MILLISECONDS` and `pool_size=N`";

/// What SQLite can be asked to map: its numbers have a sign.
const LARGEST: u64 = i64::MAX as u64;

fn number<N: FromStr + PartialOrd>(name: &str, value: &str, what: &str, allowed: impl RangeBounds<N>) -> Result<N> {
    let number = value.parse().ok().filter(|number| allowed.contains(number));
    number.ok_or_else(|| config(format!("`{name}={value}` is not a number of {what}")).hint(OPTIONS))
}

fn milliseconds(name: &str, value: &str, allowed: RangeFrom<u32>) -> Result<Duration> {
    Ok(Duration::from_millis(number(name, value, "milliseconds", allowed)?.into()))
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
