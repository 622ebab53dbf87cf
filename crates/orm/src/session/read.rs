//! How a session reads by key: `get`, which knows what it has read already, and `refresh`, which reads again.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use aludel_sql::ast::{BinaryOp, Cap, ColumnRef, Junction, Node, Output, SelectTree, Statement};
use aludel_sql::row::no_row;
use aludel_sql::run::Collect;
use aludel_sql::{BoxFuture, IntoKey, Key, Model, Obj, Result, RowRef, Sink, Step, Value, Wanted};

use super::Session;
use crate::arena::{AnyArena, Arenas, Tracked};

impl Session {
    /// The object with this primary key, if its row is there. One that was read in this transaction costs no statement.
    ///
    /// A reference to an object that had no key when it was made finds the object itself.
    ///
    /// # Errors
    /// What the database answers; for such a reference as [`try_ref`](Session::try_ref).
    pub fn get<M: Model>(&mut self, key: impl IntoKey<M::Key, M>) -> BoxFuture<'_, Result<Option<Obj<M>>>> {
        let wanted = key.into_key();
        self.tend();
        Box::pin(async move {
            let key = match wanted {
                Wanted::Key(key) => key,
                Wanted::Object(obj) => return Ok(self.arenas.is_kept(obj)?.then_some(obj)),
            };
            let transaction = self.arenas.transaction();
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
    /// [`ErrorKind::NoRow`](aludel_sql::ErrorKind::NoRow) if the row is gone, or was never there; the object keeps its
    /// values then. [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) as [`try_ref`](Session::try_ref). What the database answers.
    pub async fn refresh<M: Model>(&mut self, obj: Obj<M>) -> Result {
        self.tend();
        self.try_ref(obj)?;
        let key = self.arenas.of_mut::<M>().row_key(obj)?.ok_or_else(no_row)?;
        let mut found = Overwrite { slot: obj.target().slot, found: false, model: PhantomData::<fn() -> M> };
        // No flush before it: it would write the edits that are to be dropped.
        self.execute_unflushed(&select_by_key::<M>(&key), &mut found).await?;
        if found.found { Ok(()) } else { Err(no_row()) }
    }
}

fn select_by_key<M: Model>(key: &M::Key) -> Statement {
    let mapping = M::mapping();
    let equal = |(at, value): (&u16, Value<'_>)| {
        let column = ColumnRef { table: mapping.table_ref(), position: mapping.columns[usize::from(*at)] };
        Node::binary(BinaryOp::Eq, Node::Column(column), Node::Bind(value.into_owned()))
    };
    let filter = mapping.key.iter().zip(key.values()).map(equal).reduce(|all, one| Node::join(Junction::And, all, one));
    let columns = Output::Columns(mapping.table_ref(), mapping.columns);
    let tree = SelectTree { columns, from: Vec::new(), filter, order_by: Vec::new(), limit: None, offset: None };
    Statement::Select(Arc::new(tree), Cap::All)
}

/// Puts the row that is found into an object.
struct Overwrite<M> {
    slot: u32,
    found: bool,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Sink for Overwrite<M> {
    fn row(&mut self, row: &dyn RowRef, tracker: &mut dyn Any) -> Result<Step> {
        if let Some(arenas) = tracker.downcast_mut::<Arenas>() {
            let transaction = arenas.transaction();
            arenas.of_mut::<M>().overwrite(self.slot, row, transaction)?;
            self.found = true;
        }
        Ok(Step::Enough)
    }
}
