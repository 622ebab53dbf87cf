//! `Brief`: a connection that is lent for one exchange which ends before anybody else can do anything.

use std::sync::Arc;

use super::shelf::{Idle, Shelf};
use super::slot::Slot;
use crate::port::RawConnection;

/// A lent connection. Dropped before its [`end`](Brief::end), because what takes the rows has panicked, or no longer fit to be
/// lent, it goes back as a [`Slot`] does that was left in the middle of an exchange.
pub(crate) struct Brief<'p> {
    shelf: &'p Arc<Shelf>,
    idle: Option<Idle>,
    ended: bool,
}

impl<'p> Brief<'p> {
    pub(super) fn new(shelf: &'p Arc<Shelf>, idle: Idle) -> Self {
        Self { shelf, idle: Some(idle), ended: false }
    }

    pub(crate) fn raw(&mut self) -> &mut dyn RawConnection {
        let idle = self.idle.as_mut().expect("invariant: the connection is here until this is dropped");
        &mut *idle.member.raw
    }

    /// Says that the exchange has ended, well or not.
    pub(crate) fn end(mut self) {
        self.ended = true;
    }
}

impl Drop for Brief<'_> {
    fn drop(&mut self) {
        let Some(idle) = self.idle.take() else { return };
        match self.ended && idle.member.raw.is_fit() {
            true => self.shelf.give_back(idle, None),
            false => drop(Slot::left(self.shelf, idle)),
        }
    }
}
