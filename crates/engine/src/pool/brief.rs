//! `Brief`: a connection that is lent for one exchange which ends before anybody else can do anything.

use std::sync::Arc;

use super::shelf::{Idle, Shelf};
use super::slot::Slot;
use crate::port::RawConnection;

/// A lent connection. Dropped before its [`end`](Brief::end), because what takes the rows has panicked, it goes back as a [`Slot`]
/// does that was left in the middle of an exchange.
pub(crate) struct Brief<'p> {
    shelf: &'p Arc<Shelf>,
    idle: Option<Idle>,
}

impl<'p> Brief<'p> {
    pub(super) fn new(shelf: &'p Arc<Shelf>, idle: Idle) -> Self {
        Self { shelf, idle: Some(idle) }
    }

    #[inline]
    pub(crate) fn raw(&mut self) -> &mut dyn RawConnection {
        let idle = self.idle.as_mut().expect("invariant: the connection is here until this is dropped");
        &mut *idle.member.raw
    }

    /// Says that the exchange has ended, well or not. A connection that is no longer fit to be lent is brought back first.
    #[inline]
    pub(crate) fn end(mut self) {
        match self.idle.take() {
            Some(idle) if idle.member.raw.is_fit() => self.shelf.give_back(idle, None),
            idle => self.idle = idle,
        }
    }
}

impl Drop for Brief<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(idle) = self.idle.take() {
            leave(self.shelf, idle);
        }
    }
}

#[cold]
fn leave(shelf: &Arc<Shelf>, idle: Idle) {
    drop(Slot::left(shelf, idle));
}
