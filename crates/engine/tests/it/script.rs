//! A driver whose connections only keep a diary. Each exchange is pending for as many polls as it is told.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aludel_engine::{Begin, Driver, Job, RawConnection, Rows, Savepoint};
use aludel_sql::{Access, Answer, BoxFuture, ColumnDef, Dialect, Error, ErrorKind, Outcome, Result};

/// What a test says and hears.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    diary: Mutex<Vec<&'static str>>,
    polls: AtomicUsize,
    alive: AtomicI64,
    connect_fails: AtomicBool,
    reset_fails: AtomicBool,
    ping_fails: AtomicBool,
    ping_hangs: AtomicBool,
    most_asked: AtomicUsize,
}

impl Script {
    /// From now on each exchange is pending for so many polls.
    pub(crate) fn pend(&self, polls: usize) {
        self.0.polls.store(polls, Ordering::SeqCst);
    }

    pub(crate) fn fail_connect(&self, fails: bool) {
        self.0.connect_fails.store(fails, Ordering::SeqCst);
    }

    pub(crate) fn fail_reset(&self, fails: bool) {
        self.0.reset_fails.store(fails, Ordering::SeqCst);
    }

    pub(crate) fn fail_ping(&self, fails: bool) {
        self.0.ping_fails.store(fails, Ordering::SeqCst);
    }

    pub(crate) fn hang_ping(&self, hangs: bool) {
        self.0.ping_hangs.store(hangs, Ordering::SeqCst);
    }

    /// How often that connection was pinged which was pinged most.
    pub(crate) fn most_asked(&self) -> usize {
        self.0.most_asked.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub(crate) fn alive(&self) -> i64 {
        self.0.alive.load(Ordering::SeqCst)
    }

    /// What was done since it was last asked.
    pub(crate) fn diary(&self) -> String {
        std::mem::take(&mut *self.lock()).join(" ")
    }

    fn lock(&self) -> MutexGuard<'_, Vec<&'static str>> {
        self.0.diary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn exchange(&self, word: &'static str) {
        let mut left = self.0.polls.load(Ordering::SeqCst);
        std::future::poll_fn(|context| {
            if left == 0 {
                return std::task::Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        self.lock().push(word);
    }
}

impl Driver for Script {
    fn dialect(&self) -> &dyn Dialect {
        &aludel_sql::Sqlite
    }

    fn name(&self) -> &str {
        "script"
    }

    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn RawConnection>>> {
        Box::pin(async move {
            self.exchange("connect").await;
            if self.0.connect_fails.load(Ordering::SeqCst) {
                return Err(Error::new(ErrorKind::Connect, "not today"));
            }
            self.0.alive.fetch_add(1, Ordering::SeqCst);
            Ok(Box::new(Scripted { script: self.clone(), open: false, asked: 0 }) as Box<dyn RawConnection>)
        })
    }
}

struct Scripted {
    script: Script,
    open: bool,
    asked: usize,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.script.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Scripted {
    fn turn<'a>(&'a mut self, word: &'static str, open: bool) -> Answer<'a, Result> {
        Answer::Later(Box::pin(async move {
            self.script.exchange(word).await;
            self.open = open;
            Ok(())
        }))
    }
}

impl RawConnection for Scripted {
    fn run<'a>(&'a mut self, _job: &'a Job<'_>, _rows: &'a mut dyn Rows) -> Answer<'a, Result<Outcome>> {
        Answer::Later(Box::pin(async move {
            self.script.exchange("run").await;
            Ok(Outcome::default())
        }))
    }

    fn access<'a>(&'a mut self, _job: &'a Job<'_>) -> Answer<'a, Result<Access>> {
        Answer::ready(Ok(Access::Write))
    }

    fn begin(&mut self, _begin: Begin) -> Answer<'_, Result> {
        self.turn("begin", true)
    }

    fn savepoint(&mut self, _step: Savepoint) -> Answer<'_, Result> {
        Answer::ready(Ok(()))
    }

    fn commit(&mut self) -> Answer<'_, Result> {
        self.turn("commit", false)
    }

    fn rollback(&mut self) -> Answer<'_, Result> {
        self.turn("rollback", false)
    }

    fn in_transaction(&self) -> bool {
        self.open
    }

    fn reset(&mut self) -> Answer<'_, Result> {
        match self.script.0.reset_fails.load(Ordering::SeqCst) {
            false => self.turn("reset", false),
            true => Answer::ready(Err(Error::new(ErrorKind::Connect, "gone"))),
        }
    }

    fn ping(&mut self) -> Answer<'_, Result> {
        let fails = self.script.0.ping_fails.load(Ordering::SeqCst);
        self.asked += 1;
        self.script.0.most_asked.fetch_max(self.asked, Ordering::SeqCst);
        if self.script.0.ping_hangs.load(Ordering::SeqCst) {
            return Answer::Later(Box::pin(std::future::pending()));
        }
        Answer::Later(Box::pin(async move {
            self.script.exchange("ping").await;
            if fails { Err(Error::new(ErrorKind::Disconnected, "gone")) } else { Ok(()) }
        }))
    }

    fn columns<'a>(&'a mut self, _table: &'a str) -> Answer<'a, Result<Vec<ColumnDef>>> {
        Answer::ready(Ok(Vec::new()))
    }
}
