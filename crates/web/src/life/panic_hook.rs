//! Where a panic happened: only a panic hook is told. Ours notes it for the thread and hands on to the hook that was there,
//! which prints as before.

use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use crate::error::Place;

thread_local! {
    static LAST: Cell<Option<Place>> = const { Cell::new(None) };
}

/// Puts the hook in front of the one that there is, once in a process.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            note(info);
            before(info);
        }));
    });
}

fn note(info: &PanicHookInfo<'_>) {
    set(info.location().map(Place::from));
}

/// Forgets the panics so far: what is raised again by `resume_unwind` comes past no hook.
pub(super) fn forget() {
    set(None);
}

/// Takes the place of this thread's last panic.
pub(super) fn take() -> Option<Place> {
    LAST.try_with(Cell::take).ok().flatten()
}

fn set(place: Option<Place>) {
    // A thread that is about to end has no such variable any more.
    let _ended = LAST.try_with(|last| last.set(place));
}
