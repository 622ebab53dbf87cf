//! Finds an order of modules in which imports point down, or a circle that keeps any order from it. Pure.

use std::collections::BTreeSet;

/// What can be said about modules that import each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FloorPlan {
    /// Top to bottom; as near to the order as it is now as imports allow.
    Order(Vec<usize>),
    /// Each imports the next, the last the first.
    Circle(Vec<usize>),
}

/// Plans the modules `0..count`, numbered as they are declared now; `imports` are pairs of importer and imported.
pub(crate) fn plan(count: usize, imports: &BTreeSet<(usize, usize)>) -> FloorPlan {
    let mut left: Vec<usize> = (0..count).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let is_imported = |module: usize| left.iter().any(|importer| imports.contains(&(*importer, module)));
        let Some(place) = left.iter().position(|module| !is_imported(*module)) else {
            return FloorPlan::Circle(circle(&left, imports));
        };
        order.push(left.remove(place));
    }
    FloorPlan::Order(order)
}

/// Walks against the imports among `left`, each of which is imported by another, until it meets itself.
fn circle(left: &[usize], imports: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let mut way = vec![left[0]];
    loop {
        let last = way[way.len() - 1];
        let importer = left.iter().copied().find(|importer| imports.contains(&(*importer, last)));
        let Some(importer) = importer else { return way };
        if let Some(start) = way.iter().position(|module| *module == importer) {
            let mut circle = way.split_off(start);
            circle.reverse();
            return circle;
        }
        way.push(importer);
    }
}

#[cfg(test)]
mod tests {
    use super::{FloorPlan, plan};

    #[track_caller]
    fn check(count: usize, imports: &[(usize, usize)], expected: FloorPlan) {
        assert_eq!(plan(count, &imports.iter().copied().collect()), expected);
    }

    #[test]
    fn an_order_is_found_near_to_the_one_there_is() {
        check(3, &[(0, 2), (1, 2)], FloorPlan::Order(vec![0, 1, 2]));
        check(4, &[(2, 0), (3, 1)], FloorPlan::Order(vec![2, 0, 3, 1]));
    }

    #[test]
    fn a_circle_is_named() {
        check(4, &[(0, 1), (1, 2), (2, 3), (3, 1)], FloorPlan::Circle(vec![2, 3, 1]));
    }
}
