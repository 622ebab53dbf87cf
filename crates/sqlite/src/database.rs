//! What all connections of the process to one file share, and the files of a connection: the queue for the writer's place, and the checkpoints,
//! which wait for the disk and therefore run on a blocking thread.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::Duration;

use aludel_engine::{Ticket, WriterQueue, worker};
use aludel_sql::{Error, ErrorKind, Result};
use rusqlite::{ErrorCode, InterruptHandle, OpenFlags};

use crate::attached::Attached;
use crate::url::Location;
use crate::watch::{LogPages, patience, pause};

/// From this length of the log on, in pages, it is copied into the file beside the writers: SQLite's own default.
const LONG_LOG: u32 = 1000;

/// From this length on the writers wait for it, so that a log which grows faster than it is copied ends.
const ENDLESS_LOG: u32 = 16 * LONG_LOG;

/// How long a checkpoint in the writer's place waits for readers to leave the log; writers wait as long.
const FOR_READERS: Duration = Duration::from_millis(500);

/// How long a checkpoint waits for the writers before it.
const FOR_WRITERS: Duration = Duration::from_secs(5);

/// A database file within this process.
struct Shared {
    path: PathBuf,
    queue: WriterQueue,
    checkpointing: AtomicBool,
    /// How many connections are open.
    connections: AtomicUsize,
    /// Held while a checkpoint has its connection open.
    working: Mutex<()>,
    /// Ends the checkpoint that runs.
    interrupt: Mutex<Option<InterruptHandle>>,
}

impl Shared {
    /// The one of this file, which exists: whatever name it was opened by, and by however many engines.
    fn of(path: &Path, name: &str) -> Arc<Self> {
        static FILES: Mutex<Option<HashMap<PathBuf, Weak<Shared>>>> = Mutex::new(None);
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let files = files.get_or_insert_default();
        if let Some(known) = files.get(&path).and_then(Weak::upgrade) {
            return known;
        }
        files.retain(|_, file| file.strong_count() > 0);
        let queue = WriterQueue::new(name, FOR_WRITERS);
        let shared = Arc::new(Self::new(path.clone(), queue));
        files.insert(path, Arc::downgrade(&shared));
        shared
    }

    fn new(path: PathBuf, queue: WriterQueue) -> Self {
        let (checkpointing, connections) = (AtomicBool::new(false), AtomicUsize::new(0));
        Self { path, queue, checkpointing, connections, working: Mutex::new(()), interrupt: Mutex::new(None) }
    }

    /// Hears that a connection was opened.
    fn enter(&self) {
        self.connections.fetch_add(1, Ordering::AcqRel);
    }

    /// Hears that a connection is about to be closed. The last one waits for a checkpoint, which is told to end: when an
    /// engine is gone the file is nobody's, and may be moved, or removed and made anew.
    fn leave(&self) {
        if self.connections.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Again and again: an interrupt that comes before the statement has begun is none.
            while let Err(TryLockError::WouldBlock) = self.working.try_lock() {
                if let Some(interrupt) = &*lock(&self.interrupt) {
                    interrupt.interrupt();
                }
                worker::sleep(pause(0));
            }
        }
    }

    /// Copies the log into the file, in the background, if a commit has left it long.
    fn after_commit(self: &Arc<Self>, log_pages: u32) {
        if log_pages < LONG_LOG || self.checkpointing.swap(true, Ordering::AcqRel) {
            return;
        }
        let running = Running(Arc::clone(self));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let shared = &running.0;
            let place = match log_pages >= ENDLESS_LOG {
                true => shared.queue.enter(None).await.ok(),
                false => None,
            };
            let working = Arc::clone(shared);
            let work = tokio::task::spawn_blocking(move || working.checkpoint(place));
            if let Err(error) = work.await {
                tracing::warn!(target: "aludel::sqlite", %error, "a checkpoint did not end");
            }
        });
    }

    /// With the writer's place nobody adds to the log meanwhile, so that the next writer begins it anew.
    fn checkpoint(&self, place: Option<Ticket>) {
        let _working = lock(&self.working);
        if self.connections.load(Ordering::Acquire) == 0 {
            return;
        }
        let mode = if place.is_some() { "RESTART" } else { "PASSIVE" };
        // A file that is gone by now is not made again.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let result = rusqlite::Connection::open_with_flags(&self.path, flags)
            .and_then(|connection| connection.busy_timeout(FOR_READERS).map(|()| connection))
            .and_then(|connection| {
                *lock(&self.interrupt) = Some(connection.get_interrupt_handle());
                connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_row| Ok(()))
            });
        *lock(&self.interrupt) = None;
        let interrupted = |error: &rusqlite::Error| error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted);
        if let Some(error) = result.err().filter(|error| !interrupted(error)) {
            tracing::warn!(target: "aludel::sqlite", file = %self.path.display(), %error, "the log could not be copied into the file");
        }
    }
}

/// The files of a connection.
#[derive(Debug)]
pub(crate) struct Files {
    /// None for a database in memory.
    main: Option<Arc<Shared>>,
    attached: Vec<Arc<Shared>>,
    writers: Option<Arc<WriterQueue>>,
}

impl Files {
    /// Those of this location and of what is attached, all of which exist.
    ///
    /// A writer has the place of each file that it can write: `BEGIN IMMEDIATE` locks them all.
    pub(crate) fn of(location: &Location, attached: &[Attached]) -> Result<Self> {
        let shared = |location: &Location| location.path.as_ref().map(|path| Shared::of(path, &location.name()));
        let main = shared(location);
        let mut writable: Vec<_> = main.iter().cloned().collect();
        let mut beside: Vec<Arc<Shared>> = Vec::new();
        for Attached { name, location } in attached {
            let Some(file) = shared(location) else { continue };
            if main.iter().chain(&beside).any(|other| Arc::ptr_eq(other, &file)) {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!("`{}`, attached as `{name}`, is in use already by the same engine", location.name()),
                )
                .hint("a connection cannot write one file by two names"));
            }
            if !location.read_only {
                writable.push(Arc::clone(&file));
            }
            beside.push(file);
        }
        // In one order for all engines of the process, whichever of the files is their own: nobody waits in a circle.
        writable.sort_by(|one, other| one.path.cmp(&other.path));
        let queues = writable.iter().map(|file| file.queue.clone().waiting(patience(location)));
        Ok(Self { writers: queues.reduce(WriterQueue::and).map(Arc::new), main, attached: beside })
    }

    /// Whether the database is a file.
    pub(crate) fn has_file(&self) -> bool {
        self.main.is_some()
    }

    /// The queue for the places of all files.
    pub(crate) fn writers(&self) -> Option<Arc<WriterQueue>> {
        self.writers.clone()
    }

    /// Hears that a connection was opened.
    pub(crate) fn enter(&self) {
        self.main.iter().chain(&self.attached).for_each(|file| file.enter());
    }

    /// Hears that a connection is about to be closed.
    pub(crate) fn leave(&self) {
        self.main.iter().chain(&self.attached).for_each(|file| file.leave());
    }

    /// Copies logs that a commit has left long. Which of several attached files it was is not known; to look at a short log
    /// costs nothing.
    pub(crate) fn after_commit(&self, log: LogPages) {
        self.main.iter().for_each(|file| file.after_commit(log.main));
        self.attached.iter().for_each(|file| file.after_commit(log.attached));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shared({})", self.path.display())
    }
}

/// A checkpoint on its way. Dropped, also with its runtime, the next one may begin.
struct Running(Arc<Shared>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.checkpointing.store(false, Ordering::Release);
    }
}
