//! Who holds a connection or the writer's place: for the message of the one who waits, and for the discovery of
//! a wait that could never end, because the waiting request or task is itself the holder.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::ThreadId;
use std::time::Instant;

tokio::task_local! {
    static SCOPE: Arc<dyn AsRef<Running> + Send + Sync>;
    static UNTIL: Instant;
}

/// A request, a task or a thread: the smallest thing that waits as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    identity: Identity,
    scope: Scope,
}

/// What a scope says of itself, such as a request. It is asked from within its future.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// What messages call it; asked only for a message.
    pub describe: fn() -> Option<String>,
    /// Whether a statement that runs long is to end; asked about every ten microseconds while one does.
    pub stop: fn() -> Option<Stop>,
}

/// Why a statement is to end before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nobody waits for it any more.
    Cancelled,
    /// The time that its scope may take has passed.
    Deadline,
}

/// Which owner it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Scope(u64),
    Task(tokio::task::Id),
    Thread(ThreadId),
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(number) => write!(f, "request {number}"),
            Self::Task(id) => write!(f, "task {id}"),
            Self::Thread(_) => f.write_str("a thread outside of any task"),
        }
    }
}

/// One owner, such as a request, for as long as it goes on: what it does is done within it, whatever tasks that runs on.
pub struct Running {
    owner: Owner,
    /// Who is told when it is there no more.
    to_tell: Mutex<Vec<Weak<dyn Forget>>>,
}

impl Running {
    /// Begins one.
    pub fn new(scope: Scope) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let identity = Identity::Scope(NEXT.fetch_add(1, Ordering::Relaxed));
        Self { owner: Owner { identity, scope }, to_tell: Mutex::default() }
    }

    /// Runs a function within one: a step of a future, from an await to the next. It may be a part of what is larger.
    pub fn within<T>(this: Arc<dyn AsRef<Self> + Send + Sync>, run: impl FnOnce() -> T) -> T {
        SCOPE.sync_scope(this, run)
    }

    /// Shows the one that runs here and now, if there is one.
    fn current<T>(see: impl FnOnce(&Self) -> T) -> Option<T> {
        SCOPE.try_with(|running| see((**running).as_ref())).ok()
    }

    /// Says that it does nothing any more. Its drop says so too.
    pub fn end(&self) {
        let to_tell = std::mem::take(&mut *self.to_tell.lock().unwrap_or_else(PoisonError::into_inner));
        self.tell(to_tell);
    }

    fn tell(&self, to_tell: Vec<Weak<dyn Forget>>) {
        for who in to_tell.iter().filter_map(Weak::upgrade) {
            who.forget(&self.owner);
        }
    }
}

/// What knows something of owners, and forgets it when their scope has ended: they do not come again.
pub(crate) trait Forget: Send + Sync {
    fn forget(&self, owner: &Owner);
}

impl AsRef<Self> for Running {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Running({})", self.owner.identity)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let to_tell = std::mem::take(self.to_tell.get_mut().unwrap_or_else(PoisonError::into_inner));
        self.tell(to_tell);
    }
}

/// Lets this be told when the scope that runs here and now has ended, if there is one.
pub(crate) fn tell_at_end<T: Forget + 'static>(who: &Arc<T>) {
    // A task or a thread does not say when it ends.
    let _if_in_a_scope = Running::current(|running| {
        let mut to_tell = running.to_tell.lock().unwrap_or_else(PoisonError::into_inner);
        let who: Weak<dyn Forget> = Arc::downgrade(who) as _;
        if !to_tell.iter().any(|known| known.ptr_eq(&who)) {
            to_tell.push(who);
        }
    });
}

/// Runs a future as one owner, such as a request, whatever tasks it runs on.
pub fn scope<F: Future>(scope: Scope, future: F) -> impl Future<Output = F::Output> {
    SCOPE.scope(Arc::new(Running::new(scope)), future)
}

/// Runs a future whose statements are to end at this moment; a nearer one of an outer call holds.
pub(crate) fn until<F: Future>(moment: Instant, future: F) -> impl Future<Output = F::Output> {
    let moment = UNTIL.try_with(|outer| moment.min(*outer)).unwrap_or(moment);
    UNTIL.scope(moment, future)
}

impl Stop {
    /// Whether what runs here and now is to end.
    pub fn asked() -> Option<Self> {
        if UNTIL.try_with(|until| Instant::now() >= *until).unwrap_or(false) {
            return Some(Self::Deadline);
        }
        Running::current(|running| running.owner.scope.stop).and_then(|stop| stop())
    }
}

impl Owner {
    /// The owner of what is done here and now.
    pub fn current() -> Self {
        Running::current(|running| running.owner).unwrap_or_else(|| Self {
            identity: tokio::task::try_id().map_or_else(|| Identity::Thread(std::thread::current().id()), Identity::Task),
            scope: Scope { describe: || None, stop: || None },
        })
    }

    /// What messages call it. To be asked while it runs.
    pub fn name(&self) -> String {
        (self.scope.describe)().unwrap_or_else(|| self.identity.to_string())
    }

    /// Which one it is.
    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    /// Whether both are the same request or task.
    pub fn is(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

/// Who holds something, since when, and by which statement.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(crate) owner: Owner,
    /// What it calls itself; asked now, while it runs.
    name: Option<String>,
    pub(crate) since: Instant,
    pub(crate) statement: Option<Arc<str>>,
}

impl Holder {
    pub(crate) fn new(statement: Option<Arc<str>>, since: Instant) -> Self {
        let owner = Owner::current();
        Self { owner, name: (owner.scope.describe)(), since, statement }
    }

    /// Passes to who is at work here and now.
    pub(crate) fn follow(&mut self) {
        self.owner = Owner::current();
        self.name = (self.owner.scope.describe)();
    }
}

/// `GET /people, for 12 ms, since INSERT INTO people ..`.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name)?,
            None => self.owner.identity.fmt(f)?,
        }
        write!(f, ", for {} ms", self.since.elapsed().as_millis())?;
        match &self.statement {
            Some(sql) => write!(f, ", since `{}`", aludel_sql::excerpt(sql)),
            None => Ok(()),
        }
    }
}
