//! What a session would lose if it ended now, in words.

use crate::arena::Arenas;

/// `2 Person added, 1 Post deleted`; empty if nothing waits to be flushed.
pub(super) fn unflushed(arenas: &Arenas) -> String {
    let mut parts = Vec::new();
    for arena in arenas.all() {
        let counts = [(arena.pending().len(), "added"), (arena.touched().len(), "changed"), (arena.doomed().len(), "deleted")];
        let model = arena.mapping().model;
        parts.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {model} {what}")));
    }
    parts.join(", ")
}
