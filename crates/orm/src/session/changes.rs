//! What a session would lose if it ended now, in words.

use crate::arena::{Arenas, Tally};

/// `2 Person added, 1 Post deleted`, flushed or not; what was written without objects has no names.
pub(super) fn lost(arenas: &Arenas) -> String {
    let mut parts = Vec::new();
    for arena in arenas.all() {
        let (model, Tally { added, changed, deleted }) = (arena.mapping().model, arena.tally());
        let counts = [(added, "added"), (changed, "changed"), (deleted, "deleted")];
        parts.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {model} {what}")));
    }
    match parts.is_empty() {
        true => "what its statements wrote is".to_owned(),
        false => format!("{}:", parts.join(", ")),
    }
}
