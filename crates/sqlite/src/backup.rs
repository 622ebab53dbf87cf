//! `Backup`: a copy of a database that is in use, page by page on a blocking thread. Knows the engine only as the way to the
//! driver, and to the one connection of a database in memory.
//!
//! Source: <https://www.sqlite.org/backup.html>, <https://www.sqlite.org/lang_vacuum.html>.

use std::fmt;
use std::fs::File;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aludel_engine::{Engine, worker};
use aludel_sql::{Access, Answer, Error, ErrorKind, Result};
use rusqlite::backup::StepResult;

use crate::connection::Connection;
use crate::driver::Sqlite;
use crate::errors::{busy, from_rusqlite};
use crate::watch::pause;

/// So many pages are copied at once: 4 MiB of them, with the usual size.
const PAGES: i32 = 1024;

/// A copy of a database, made while it is in use.
///
/// The copy is what was committed when it began: readers and writers go on meanwhile, and change nothing of it. The log cannot
/// begin anew until it has ended, so that the file grows by what is written meanwhile. Dropped before its end, it leaves
/// nothing behind; what was made stands under another name until it is whole.
///
/// A database in memory has one connection, which nobody else has meanwhile, and is copied inline.
///
/// ```
/// use aludel_engine::Engine;
/// use aludel_sql::{Result, raw};
/// use aludel_sqlite::{Backup, Sqlite};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result {
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let (shop, copy) = (folder.path().join("shop.db"), folder.path().join("copy.db"));
/// let engine = Engine::on(Sqlite::from_url(&format!("sqlite:///{}", shop.display()))?);
/// engine.execute(raw("CREATE TABLE notes (id INTEGER PRIMARY KEY)")).await?;
///
/// Backup::to(&copy).progress(|progress| println!("{} of {} pages", progress.done, progress.total)).run(&engine).await?;
/// assert!(copy.exists());
/// # Ok(())
/// # }
/// ```
#[must_use = "a backup does nothing unless it is run"]
pub struct Backup {
    destination: PathBuf,
    schema: String,
    replaces: bool,
    progress: Box<Tell>,
}

type Tell = dyn FnMut(Progress) + Send;

/// How far a [`Backup`] has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many pages are copied.
    pub done: u64,
    /// How many there are.
    pub total: u64,
}

impl Backup {
    /// Returns a backup to this file, which must not be there yet.
    pub fn to(destination: impl Into<PathBuf>) -> Self {
        Self { destination: destination.into(), schema: "main".to_owned(), replaces: false, progress: Box::new(|_progress| {}) }
    }

    /// Lets a file that is there be replaced, in one step and only at the end.
    pub fn replace(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Copies an [attached](Sqlite::attach) database instead of the engine's own.
    pub fn of_schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// Calls `tell` with the progress, on the thread of the copy, after every few megabytes and at the end.
    pub fn progress(mut self, tell: impl FnMut(Progress) + Send + 'static) -> Self {
        self.progress = Box::new(tell);
        self
    }

    /// Copies the database page by page.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if the engine is none of SQLite, [`ErrorKind::Config`] if the destination is there or in use,
    /// [`ErrorKind::Storage`] and [`ErrorKind::Connect`] if it cannot be written.
    ///
    /// # Panics
    /// As `tell` does.
    pub async fn run(self, engine: &Engine) -> Result {
        let Self { destination, schema, replaces, mut progress } = self;
        let place = Place { destination, replaces };
        make(engine, place, move |connection, target, cancelled| {
            copy(&Source { connection, schema: &schema }, target, cancelled, &mut *progress)
        })
        .await
    }

    /// Writes the database anew, without the space of what was deleted, as `VACUUM INTO` does. Takes longer than a copy of the
    /// pages, and tells of no progress.
    ///
    /// # Errors
    /// As [`run`](Backup::run).
    pub async fn vacuum_into(self, engine: &Engine) -> Result {
        let Self { destination, schema, replaces, .. } = self;
        let place = Place { destination, replaces };
        make(engine, place, move |connection, target, cancelled| vacuum(&Source { connection, schema: &schema }, target, cancelled)).await
    }
}

impl fmt::Debug for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Backup({} to {})", self.schema, self.destination.display())
    }
}

/// Makes a file by what copies from a connection into it.
async fn make<F>(engine: &Engine, place: Place, work: F) -> Result
where
    F: FnOnce(&rusqlite::Connection, &Path, &Arc<AtomicBool>) -> Result + Send + 'static,
{
    let driver = engine.driver::<Sqlite>().ok_or_else(|| Error::usage(format!("`{}` is no SQLite database", engine.name())))?.clone();
    let cancelled = Cancelled::default();
    if driver.location().path.is_none() {
        let mut connection = engine.connect().await?;
        let made = connection.natively(Access::Read, move |raw: &mut Connection| {
            Answer::ready(worker::blocking(|| place.fill(|target| work(raw.native(), target, &cancelled.0))))
        });
        return made.await;
    }
    let asked = Arc::clone(&cancelled.0);
    let made = tokio::task::spawn_blocking(move || {
        let source = driver.open_beside()?;
        place.refuse_source(driver.location().path.as_deref())?;
        place.fill(|target| work(&source, target, &asked))
    })
    .await;
    drop(cancelled);
    match made {
        Ok(made) => made,
        Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
        Err(error) => Err(Error::new(ErrorKind::Cancelled, "the backup ended with its runtime").caused_by(error)),
    }
}

/// Says that nobody waits any more, when it is dropped.
#[derive(Default)]
struct Cancelled(Arc<AtomicBool>);

impl Drop for Cancelled {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[cold]
fn nobody_waits() -> Error {
    Error::new(ErrorKind::Cancelled, "the backup was given up: nobody waits for it any more")
}

/// What is copied.
struct Source<'s> {
    connection: &'s rusqlite::Connection,
    schema: &'s str,
}

fn copy(source: &Source<'_>, target: &Path, cancelled: &AtomicBool, tell: &mut Tell) -> Result {
    let sqlite = |error: rusqlite::Error| from_rusqlite(&error);
    // A copy that is cut short is thrown away, so that it needs no journal; it is made safe as a whole.
    let mut copy = rusqlite::Connection::open(target).map_err(sqlite)?;
    copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF").map_err(sqlite)?;
    // The pages are read in one transaction: else each commit of somebody else would begin the copy anew.
    let snapshot = source.connection.unchecked_transaction().map_err(sqlite)?;
    let quoted = quoted(source.schema);
    snapshot.query_row(&format!("SELECT count(*) FROM {quoted}.sqlite_schema"), [], |_row| Ok(())).map_err(sqlite)?;
    let pages = rusqlite::backup::Backup::new_with_names(source.connection, source.schema, &mut copy, rusqlite::MAIN_DB).map_err(sqlite)?;
    let mut waits = Waits::default();
    loop {
        if cancelled.load(Ordering::Acquire) {
            return Err(nobody_waits());
        }
        let step = pages.step(PAGES).map_err(sqlite)?;
        if matches!(step, StepResult::Busy | StepResult::Locked) {
            waits.wait()?;
            continue;
        }
        let (count, left) = (pages.progress().pagecount, pages.progress().remaining);
        let number = |pages: i32| u64::try_from(pages).unwrap_or(0);
        tell(Progress { done: number(count - left), total: number(count) });
        if step == StepResult::Done {
            return Ok(());
        }
    }
}

fn vacuum(source: &Source<'_>, target: &Path, cancelled: &Arc<AtomicBool>) -> Result {
    let path = target.to_str().ok_or_else(|| Error::new(ErrorKind::Config, format!("`{}` is no text in UTF-8", target.display())))?;
    // Within SQLite the name of the file is a name of ours that is not there yet.
    std::fs::remove_file(target).map_err(|error| unwritable(target, error))?;
    let canceller = source.connection.get_interrupt_handle();
    let (ended, asked) = (AtomicBool::new(false), Arc::clone(cancelled));
    let made = std::thread::scope(|scope| {
        let (ended, asked) = (&ended, &asked);
        let watcher = scope.spawn(move || {
            while !ended.load(Ordering::Acquire) {
                if asked.load(Ordering::Acquire) {
                    canceller.interrupt();
                }
                std::thread::park_timeout(Duration::from_millis(20));
            }
        });
        let made = source.connection.execute(&format!("VACUUM {} INTO ?1", quoted(source.schema)), [path]);
        ended.store(true, Ordering::Release);
        watcher.thread().unpark();
        made
    });
    match made {
        Err(_interrupted) if cancelled.load(Ordering::Acquire) => Err(nobody_waits()),
        made => made.map(|_none| ()).map_err(|error| from_rusqlite(&error)),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The waits for a lock of another process, for five seconds in all.
#[derive(Default)]
struct Waits {
    times: i32,
    since: Option<Instant>,
}

impl Waits {
    fn wait(&mut self) -> Result {
        if self.since.get_or_insert_with(Instant::now).elapsed() > Duration::from_secs(5) {
            return Err(busy());
        }
        std::thread::sleep(pause(self.times));
        self.times += 1;
        Ok(())
    }
}

/// Where the copy is to stand.
struct Place {
    destination: PathBuf,
    replaces: bool,
}

impl Place {
    /// Has the file made under another name, and gives it its own when it is whole and on the disk.
    fn fill(&self, make: impl FnOnce(&Path) -> Result) -> Result {
        self.check()?;
        let partial = Partial::beside(&self.destination)?;
        make(&partial.0)?;
        let written = File::options().write(true).open(&partial.0).and_then(|file| file.sync_all());
        written.map_err(|error| unwritable(&self.destination, error))?;
        self.check()?;
        std::fs::rename(&partial.0, &self.destination).map_err(|error| unwritable(&self.destination, error))?;
        let folder = self.destination.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Not every system can: the name may be lost with the power then, the database itself is not touched by that.
        if let Ok(folder) = File::open(folder) {
            let _not_everywhere = folder.sync_all();
        }
        Ok(())
    }

    fn check(&self) -> Result {
        let config = |message: String| Err(Error::new(ErrorKind::Config, message));
        let name = self.destination.display();
        match self.destination.symlink_metadata() {
            Err(_missing) => {}
            Ok(found) if !found.is_file() => return config(format!("`{name}` is there already, and is no file")),
            Ok(_file) if !self.replaces => {
                return config(format!("the file `{name}` is there already"))
                    .map_err(|error: Error| error.hint("choose another name, or allow it to be replaced by `Backup::replace`"));
            }
            Ok(_file) => {}
        }
        // What is beside a database that was not closed would be taken for a part of the new one.
        for end in ["-wal", "-journal"] {
            let beside = with_end(&self.destination, end);
            if beside.metadata().is_ok_and(|found| found.len() > 0) {
                return config(format!("`{name}` is in use, or was not closed: there is `{}`", beside.display()))
                    .map_err(|error: Error| error.hint("close what has it open, or choose another name"));
            }
        }
        Ok(())
    }

    fn refuse_source(&self, source: Option<&Path>) -> Result {
        let itself = source.and_then(|source| source.canonicalize().ok());
        match itself.is_some() && itself == self.destination.canonicalize().ok() {
            false => Ok(()),
            true => Err(Error::new(ErrorKind::Config, format!("`{}` is the database itself", self.destination.display()))),
        }
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cold]
fn unwritable(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("`{}` cannot be written", path.display()))
        .hint("check that its folder is there, that you may write in it, and that the disk is not full")
        .caused_by(error)
}

/// A file that is not whole yet; removed, unless it got its name.
struct Partial(PathBuf);

impl Partial {
    fn beside(destination: &Path) -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = with_end(destination, &format!(".{}-{number}.partial", std::process::id()));
        File::create_new(&path).map_err(|error| unwritable(destination, error))?;
        Ok(Self(path))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _renamed_by_now = std::fs::remove_file(&self.0);
    }
}
