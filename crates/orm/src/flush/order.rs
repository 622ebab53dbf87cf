//! The order of tables: each after those that its foreign keys point at.

use crate::arena::AnyArena;

/// The places of the arenas in the order in which rows can be inserted. Tables that point at each other in a circle keep
/// the order in which they were met; their rows are ordered one by one.
pub(super) fn tables(arenas: &[Box<dyn AnyArena>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = (0..arenas.len()).collect();
    let mut order = Vec::with_capacity(arenas.len());
    while !waiting.is_empty() {
        let blocked = |place: &usize| waiting.iter().any(|other| other != place && points_at(&*arenas[*place], &*arenas[*other]));
        let (mut still, ready): (Vec<_>, Vec<_>) = waiting.iter().copied().partition(|place| blocked(place));
        if ready.is_empty() {
            order.append(&mut still);
        }
        order.extend(ready);
        waiting = still;
    }
    order
}

fn points_at(arena: &dyn AnyArena, other: &dyn AnyArena) -> bool {
    let target = other.mapping().table;
    arena.mapping().table.columns.iter().any(|column| column.references.is_some_and(|references| std::ptr::eq(references.table(), target)))
}
