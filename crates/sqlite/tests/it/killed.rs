//! A process that is killed in the middle of its work has lost nothing that it had said was committed.

use std::collections::HashSet;

use crate::child::Child;
use crate::world::{World, on, one_worker};

#[test]
fn every_acknowledged_insert_is_there() {
    let (world, engine) = on(&one_worker(), World::with_people());
    drop(engine);
    let mut acknowledged = HashSet::new();
    for round in 1..=6 {
        let mut child = Child::inserting(&world.file());
        for _ in 0..round * 20 {
            acknowledged.insert(child.hear().expect("it goes on until it is killed"));
        }
        child.kill();
        // What it had said before the end, and was still in the pipe.
        acknowledged.extend(std::iter::from_fn(|| child.hear()));
        let outside = world.outside();
        let check: String = outside.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
        assert_eq!(check, "ok");
        let mut query = outside.prepare("SELECT name FROM people").expect("a query");
        let there: HashSet<String> = query.query_map([], |row| row.get(0)).expect("rows").map(|name| name.expect("a name")).collect();
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "lost in round {round}: {lost:?}");
        // One insert at a time can be under way without having been told of.
        assert!(there.len() <= acknowledged.len() + round, "{} rows, {} told of", there.len(), acknowledged.len());
    }
    assert!(acknowledged.len() >= 420);
}
