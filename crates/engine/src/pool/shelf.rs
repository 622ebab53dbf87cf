//! `Shelf`: the connections that nobody has, and the names of those who have the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::holder::Holder;
use crate::port::RawConnection;

/// Where connections lie between two uses.
#[derive(Default)]
pub(super) struct Shelf(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    pub(super) idle: Vec<Box<dyn RawConnection>>,
    /// Those who hold a connection across awaits. A single statement is none of them: it ends by itself.
    pub(super) holders: Vec<(u64, Holder)>,
    next: u64,
}

impl Shelf {
    /// Takes an idle connection, if there is one, and remembers who holds it, if somebody does across awaits.
    pub(super) fn take(&self, held: bool) -> (Option<Box<dyn RawConnection>>, Option<u64>) {
        let holder = held.then(|| Holder::new(None));
        let mut state = self.lock();
        let idle = state.idle.pop();
        let holder = holder.map(|holder| {
            state.next += 1;
            let id = state.next;
            state.holders.push((id, holder));
            id
        });
        (idle, holder)
    }

    /// Notes by which statement a holder began to write.
    pub(super) fn note(&self, id: u64, statement: &Arc<str>) {
        if let Some((_, holder)) = self.lock().holders.iter_mut().find(|(known, _)| *known == id) {
            holder.statement.get_or_insert_with(|| Arc::clone(statement));
        }
    }

    /// Forgets a holder, and takes its connection back if it is fit to be lent again.
    pub(super) fn give_back(&self, holder: Option<u64>, raw: Option<Box<dyn RawConnection>>) {
        let mut state = self.lock();
        if let Some(id) = holder {
            state.holders.retain(|(known, _)| *known != id);
        }
        state.idle.extend(raw);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
