//! The objects that a statement names: the session alone knows their keys, and puts them in before it is run.

use aludel_sql::{Error, Result, Statement, Target, Value};

use super::Session;
use crate::arena::AnyArena;

impl Session {
    /// Whether the statement names an object that gets its key at the next flush.
    pub(super) fn names_pending(&self, statement: &Statement) -> bool {
        statement.objects().into_iter().any(|target| self.home(target).is_ok_and(|arena| arena.is_pending(target.slot)))
    }

    /// The statement with keys in the place of objects; `None` if it names none.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) for an object that is not in this session, and for one that has no key yet.
    pub(super) fn with_keys(&self, statement: &Statement) -> Result<Option<Statement>> {
        match statement.objects().is_empty() {
            true => Ok(None),
            false => statement.with_keys(|target| self.key(target)).map(Some),
        }
    }

    /// The key that the row of an object has in the database.
    fn key(&self, target: Target) -> Result<Value<'static>> {
        let arena = self.home(target)?;
        match arena.mapping().key.first() {
            Some(at) if !arena.is_pending(target.slot) => Ok(arena.row(target.slot).at(usize::from(*at)).value().into_owned()),
            _ => Err(keyless(&arena.describe(target.slot))),
        }
    }

    fn home(&self, target: Target) -> Result<&dyn AnyArena> {
        let arena = self.arenas.place_of(target).map(|place| &*self.arenas.all()[place]);
        arena.filter(|arena| arena.is_live(target)).ok_or_else(|| stranger(target))
    }
}

#[cold]
fn stranger(target: Target) -> Error {
    Error::usage(format!("the statement names an object, an `Obj<{target}>`, that is not in this session"))
        .hint("the object was deleted, rolled back, or belongs to another session; name its key instead of it")
}

#[cold]
fn keyless(object: &str) -> Error {
    Error::usage(format!("the statement names `{object}`, which has no key yet")).hint("call `flush` first, or leave autoflush on")
}
