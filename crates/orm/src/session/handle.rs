//! The session itself: objects in, changes out, a transaction around.

use std::ops::{Index, IndexMut};
use std::sync::atomic::{AtomicU32, Ordering};

use aludel_engine::{Engine, Owner};
use aludel_sql::ast::{BinaryOp, Cap, ColumnRef, Node, Output, SelectTree, Statement};
use aludel_sql::run::Collect;
use aludel_sql::{BoxFuture, IntoKey, Key, Model, Obj, Result, raw, row::no_row};

use super::changes;
use super::lease::{Closer, Ending, Lease};
use crate::arena::{AnyArena, Arenas, Tracked};
use crate::flush::{Journal, emit, is_needed};

/// A session: it owns the objects that are loaded or added, finds out what changed, and writes it in one transaction.
///
/// `db[obj]` reads an object, `db[obj].field = ..` changes it. Nothing is written before a flush, nothing is kept
/// without a commit: a session that is dropped rolls back.
pub struct Session {
    pub(super) engine: Engine,
    pub(super) arenas: Arenas,
    /// Held from the first write, or on some databases from the first statement, to the end of the transaction.
    pub(super) lease: Lease,
    number: u32,
    owner: Owner,
    autoflush: bool,
    /// A flush has begun and not ended: its future was dropped, if this is still set at the next call.
    flushing: bool,
}

impl Session {
    /// Returns a session on this engine. It opens no connection until it needs one.
    pub fn new(engine: &Engine) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            engine: engine.clone(),
            arenas: Arenas::new(number),
            lease: Lease::default(),
            number,
            owner: Owner::current(),
            autoflush: true,
            flushing: false,
        }
    }

    /// Takes an object in, as one that has no row yet; the next flush inserts it.
    pub fn add<M: Model>(&mut self, model: M) -> Obj<M> {
        self.arenas.of_mut::<M>().add(model)
    }

    /// Marks an object for deletion: the next flush deletes its row. One that has no row yet is gone at once.
    ///
    /// # Panics
    /// As `db[obj]`.
    #[track_caller]
    pub fn delete<M: Model>(&mut self, obj: Obj<M>) {
        expect(self.arenas.of_mut::<M>().delete(obj));
    }

    /// The object of a handle, where `db[obj]` would panic.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) for a handle of another session, or of an object that is gone.
    pub fn try_ref<M: Model>(&self, obj: Obj<M>) -> Result<&M> {
        match self.arenas.of::<M>() {
            Some(arena) => arena.get(obj),
            None => Err(aludel_sql::Error::usage("the handle is of another session: this one has no object of its model")),
        }
    }

    /// The object with this primary key, if its row is there. One that was read in this transaction costs no statement.
    ///
    /// # Errors
    /// What the database answers.
    pub fn get<M: Model>(&mut self, key: impl IntoKey<M::Key>) -> BoxFuture<'_, Result<Option<Obj<M>>>> {
        let key = key.into_key();
        Box::pin(async move {
            let transaction = self.arenas.transaction;
            if let Some(known) = self.arenas.of::<M>().and_then(|arena| arena.known(&key, transaction)) {
                return Ok(Some(known));
            }
            let mut found = Collect::<M, Tracked>::up_to(1);
            self.execute(&select_by_key::<M>(&key), &mut found).await?;
            Ok(found.rows.pop())
        })
    }

    /// Reads the row of an object again; edits of it that are not flushed are dropped.
    ///
    /// # Errors
    /// [`ErrorKind::NoRow`](aludel_sql::ErrorKind::NoRow) if the row is gone, or was never there; what the database answers.
    ///
    /// # Panics
    /// As `db[obj]`.
    pub async fn refresh<M: Model>(&mut self, obj: Obj<M>) -> Result {
        let slot = obj.target().slot;
        let arena = self.arenas.of::<M>().filter(|arena| arena.is_live(obj.target()));
        let key = arena.map(|arena| arena.base_key(slot)).ok_or_else(no_row)?;
        let mut found = Overwrite { slot, found: false, model: std::marker::PhantomData::<fn() -> M> };
        self.execute(&select_by_key::<M>(&key), &mut found).await?;
        if found.found { Ok(()) } else { Err(no_row()) }
    }

    /// Writes what has changed, within the transaction that is open or begins here.
    ///
    /// # Errors
    /// What the database answers. Nothing is lost then: what the flush wrote is taken back, objects and edits stay
    /// as they are, and after mending them one may flush again.
    pub async fn flush(&mut self) -> Result {
        self.refuse_interrupted()?;
        if !is_needed(&self.arenas) {
            return Ok(());
        }
        self.open().await?;
        self.flushing = true;
        let result = self.flush_opened().await;
        self.flushing = false;
        result
    }

    async fn flush_opened(&mut self) -> Result {
        let Self { arenas, lease, .. } = self;
        let mut connection = lease.take()?;
        let connection = &mut *connection;
        // What the transaction wrote before this flush must survive its failure.
        let savepoint = connection.has_written();
        if savepoint {
            connection.execute(raw("SAVEPOINT aludel_flush")).await?;
        }
        let mut journal = Journal::default();
        let result = emit(arenas, connection, &mut journal).await;
        match &result {
            Ok(()) => {
                let transaction = arenas.transaction;
                arenas.all_mut().iter_mut().for_each(|arena| arena.flushed(transaction));
            }
            Err(_) => journal.revert(arenas),
        }
        match (savepoint, &result) {
            (true, Ok(())) => connection.execute(raw("RELEASE aludel_flush")).await.map(drop)?,
            (true, Err(_)) => {
                connection.execute(raw("ROLLBACK TO aludel_flush")).await?;
                connection.execute(raw("RELEASE aludel_flush")).await?;
            }
            (false, Ok(())) => {}
            (false, Err(_)) => connection.rollback().await?,
        }
        result
    }

    /// Flushes, and makes the transaction last. Objects and their handles stay as they are.
    ///
    /// # Errors
    /// As [`flush`](Session::flush). If the commit itself fails, everything is rolled back, in memory too.
    pub async fn commit(&mut self) -> Result {
        self.flush().await?;
        if let Err(error) = self.lease.end(Ending::Commit).await {
            self.restore();
            return Err(error);
        }
        self.arenas.all_mut().iter_mut().for_each(|arena| arena.committed());
        self.arenas.transaction += 1;
        Ok(())
    }

    /// Takes back what the transaction did, in the database and in memory: added objects are gone, changed and
    /// deleted ones are as they were when it began.
    ///
    /// # Errors
    /// What the database answers; memory is restored all the same.
    pub async fn rollback(&mut self) -> Result {
        let result = self.lease.end(Ending::Rollback).await;
        self.restore();
        result
    }

    fn restore(&mut self) {
        self.flushing = false;
        self.arenas.all_mut().iter_mut().for_each(|arena| arena.rolled_back());
        self.arenas.transaction += 1;
    }

    /// Whether anything was added, changed or deleted that is not committed. An edit that leaves an object as it was counts until the flush.
    pub fn has_changes(&self) -> bool {
        is_needed(&self.arenas) || self.has_written()
    }

    fn has_written(&self) -> bool {
        self.lease.has_written()
    }

    /// Whether queries flush first what they would not see otherwise; they do unless this is set to `false`.
    pub fn set_autoflush(&mut self, autoflush: bool) {
        self.autoflush = autoflush;
    }

    /// The engine that the session is on.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Ends the session in silence, as after an error: what is not committed is rolled back without a warning.
    pub fn discard(mut self) {
        self.arenas = Arenas::new(self.number);
        self.closer().close();
    }

    /// What can end the session's transaction from elsewhere, wherever the session is by then.
    pub fn closer(&self) -> Closer {
        self.lease.closer()
    }

    pub(super) fn refuse_interrupted(&self) -> Result {
        match self.flushing {
            false => Ok(()),
            true => Err(aludel_sql::Error::usage("a flush of this session was cancelled half-way").hint("call `rollback` first")),
        }
    }

    /// Flushes if the statement would miss something: it reads a table with changes, or nobody knows what it reads.
    pub(super) async fn autoflush(&mut self, statement: &Statement) -> Result {
        if !self.autoflush || !is_needed(&self.arenas) {
            return Ok(());
        }
        let compiled = aludel_sql::compile(statement, self.engine.dialect())?;
        let changed = |arena: &&Box<dyn AnyArena>| !(arena.pending().is_empty() && arena.touched().is_empty() && arena.doomed().is_empty());
        let meets = |arena: &Box<dyn AnyArena>| compiled.tables.is_empty() || compiled.tables.contains(&arena.mapping().table_ref());
        if self.arenas.all().iter().filter(changed).any(meets) {
            return self
                .flush()
                .await
                .map_err(|error| error.hint_if_none("the flush was made by a query, which reads a table with unflushed changes"));
        }
        Ok(())
    }
}

/// The words of the warning, if the session is dropped with something that is lost by it.
impl Drop for Session {
    fn drop(&mut self) {
        if !self.has_changes() {
            return;
        }
        let mut lost = changes::unflushed(&self.arenas);
        if self.has_written() {
            lost.push_str(if lost.is_empty() { "flushed changes" } else { ", besides flushed changes" });
        }
        tracing::warn!(target: "aludel::session", "a session of {} ended without commit or rollback: {lost}: lost", self.owner.name());
    }
}

fn select_by_key<M: Model>(key: &M::Key) -> Statement {
    let mapping = M::mapping();
    let equal = |(at, value): (&u16, aludel_sql::Value<'_>)| {
        let column = ColumnRef { table: mapping.table_ref(), position: mapping.columns[usize::from(*at)] };
        Node::binary(BinaryOp::Eq, Node::Column(column), Node::Bind(value.into_owned()))
    };
    let filter = mapping.key.iter().zip(key.values()).map(equal).reduce(|all, one| Node::binary(BinaryOp::And, all, one));
    let columns = Output::Columns(mapping.table_ref(), mapping.columns);
    let tree = SelectTree { columns, from: Vec::new(), filter, order_by: Vec::new(), limit: None, offset: None };
    Statement::Select(std::sync::Arc::new(tree), Cap::All)
}

/// Puts the row that is found into an object.
struct Overwrite<M> {
    slot: u32,
    found: bool,
    model: std::marker::PhantomData<fn() -> M>,
}

impl<M: Model> aludel_sql::Sink for Overwrite<M> {
    fn row(&mut self, row: &dyn aludel_sql::RowRef, tracker: &mut dyn std::any::Any) -> Result<aludel_sql::Step> {
        if let Some(arenas) = tracker.downcast_mut::<Arenas>() {
            let transaction = arenas.transaction;
            arenas.of_mut::<M>().overwrite(self.slot, row, transaction)?;
            self.found = true;
        }
        Ok(aludel_sql::Step::Enough)
    }
}

#[track_caller]
#[allow(clippy::panic, reason = "an index documents its panic; `try_ref` is the form that returns an error")]
fn expect<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error:?}"),
    }
}

/// # Panics
/// For a handle of another session, and for one of an object that is gone; [`try_ref`](Session::try_ref) returns an error.
impl<M: Model> Index<Obj<M>> for Session {
    type Output = M;

    #[track_caller]
    fn index(&self, obj: Obj<M>) -> &M {
        expect(self.try_ref(obj))
    }
}

/// Remembers the row first, so that the flush finds out what changed.
///
/// # Panics
/// As [`index`](Session::index).
impl<M: Model> IndexMut<Obj<M>> for Session {
    #[track_caller]
    fn index_mut(&mut self, obj: Obj<M>) -> &mut M {
        expect(self.arenas.of_mut::<M>().get_mut(obj))
    }
}
