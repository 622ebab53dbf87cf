//! The order of tables: each after those that its foreign keys point at.

use aludel_sql::Table;
use smallvec::SmallVec;

use crate::arena::AnyArena;

/// Something for each arena. A session has few, for which no list is allocated.
pub(super) type PerArena<T> = SmallVec<[T; 4]>;

/// The order in which the tables of a session are written, and the foreign keys that it follows from.
pub(super) struct Plan {
    /// The places of the arenas, so that each stands after those that it refers to. Tables that refer to each other in a
    /// circle stand in the order in which they were met; their rows are ordered one by one.
    pub(super) order: PerArena<usize>,
    /// The foreign keys of each arena.
    pub(super) references: PerArena<Vec<Reference>>,
    /// Whether a table refers to itself or to a later one, so that the order of tables is not enough.
    pub(super) is_tangled: bool,
}

/// A field that is a foreign key.
pub(super) struct Reference {
    /// Its position in the mapping.
    pub(super) field: usize,
    /// The arenas of the table that it points at.
    pub(super) targets: Vec<usize>,
}

impl Plan {
    pub(super) fn of(arenas: &[Box<dyn AnyArena>]) -> Self {
        let references: PerArena<Vec<Reference>> = arenas.iter().map(|arena| foreign_keys(&**arena, arenas)).collect();
        let order = sorted(&references);
        let mut rank: PerArena<usize> = SmallVec::from_elem(0, order.len());
        order.iter().enumerate().for_each(|(at, place)| rank[*place] = at);
        let points_on = |(place, keys): (usize, &Vec<Reference>)| {
            keys.iter().flat_map(|reference| &reference.targets).any(|target| rank[*target] >= rank[place])
        };
        let is_tangled = references.iter().enumerate().any(points_on);
        Self { order, references, is_tangled }
    }

    /// Whether any foreign key points at the table of this arena.
    pub(super) fn is_target(&self, place: usize) -> bool {
        self.references.iter().flatten().any(|reference| reference.targets.contains(&place))
    }
}

fn foreign_keys(arena: &dyn AnyArena, arenas: &[Box<dyn AnyArena>]) -> Vec<Reference> {
    let mapping = arena.mapping();
    let places = |table: &'static Table| arenas.iter().enumerate().filter(move |(_, arena)| std::ptr::eq(arena.mapping().table, table));
    let reference = |(field, column): (usize, &u16)| {
        let target = mapping.table.columns[usize::from(*column)].references?.table();
        Some(Reference { field, targets: places(target).map(|(place, _)| place).collect() })
    };
    mapping.columns.iter().enumerate().filter_map(reference).collect()
}

fn sorted(references: &[Vec<Reference>]) -> PerArena<usize> {
    let mut waiting: PerArena<usize> = (0..references.len()).collect();
    if references.iter().all(Vec::is_empty) {
        return waiting;
    }
    let mut order = PerArena::new();
    while !waiting.is_empty() {
        let blocks = |place: usize, other: &usize| *other != place && waiting.contains(other);
        let blocked = |place: &usize| references[*place].iter().flat_map(|key| &key.targets).any(|target| blocks(*place, target));
        let (mut still, ready): (PerArena<_>, PerArena<_>) = waiting.iter().copied().partition(blocked);
        if ready.is_empty() {
            order.append(&mut still);
        }
        order.extend(ready);
        waiting = still;
    }
    order
}
