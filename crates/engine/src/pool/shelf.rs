//! `Shelf`: the connections that nobody has, and the names of those who have the others.

use std::sync::{Mutex, MutexGuard, PoisonError};

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

    /// Changes what is known of a holder.
    pub(super) fn change(&self, id: u64, change: impl FnOnce(&mut Holder)) {
        if let Some((_, holder)) = self.lock().holders.iter_mut().find(|(known, _)| *known == id) {
            change(holder);
        }
    }

    /// Takes back a connection that is fit to be lent again.
    pub(super) fn give_back(&self, raw: Box<dyn RawConnection>) {
        self.lock().idle.push(raw);
    }

    /// Forgets a holder.
    pub(super) fn forget(&self, holder: Option<u64>) {
        if let Some(id) = holder {
            self.lock().holders.retain(|(known, _)| *known != id);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
