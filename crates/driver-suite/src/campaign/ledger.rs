//! `Ledger`: what the units of work told of themselves, to be held against what the database has.

use std::collections::HashMap;

/// What a unit told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) unit: i64,
    pub(super) name: &'static str,
    /// How many rows it has once it is committed.
    pub(super) rows: i64,
    /// Whether it told of its success.
    pub(super) is_acknowledged: bool,
}

/// The units of a campaign.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: Vec<Entry>,
    /// How many of them were compared when all units had ended.
    settled: usize,
    /// The lowest unit that was not.
    from: i64,
}

impl Ledger {
    pub(super) fn note(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The lowest unit that is still to be compared.
    pub(super) fn from(&self) -> i64 {
        self.from
    }

    /// Begins anew with this unit: all before it have ended, and were compared.
    pub(super) fn settle(&mut self, next: i64) {
        (self.settled, self.from) = (self.entries.len(), next);
    }

    /// Compares all of them once more.
    pub(super) fn reopen(&mut self) {
        (self.settled, self.from) = (0, 0);
    }

    /// What is wrong with these numbers of rows for each unit that is still to be compared.
    pub(super) fn compare(&self, found: &HashMap<i64, i64>) -> Vec<String> {
        let mut known: HashMap<i64, i64> = found.clone();
        let mut wrong = Vec::new();
        for Entry { unit, name, rows, is_acknowledged } in &self.entries[self.settled..] {
            let found = known.remove(unit).unwrap_or(0);
            let is_right = found == *rows || (!is_acknowledged && found == 0);
            if !is_right {
                let told = if *is_acknowledged { "told of its success" } else { "was dropped" };
                wrong.push(format!("unit {unit}, `{name}`, {told}: {found} of {rows} rows are there"));
            }
        }
        wrong.extend(known.into_iter().map(|(unit, rows)| format!("{rows} rows of unit {unit}, which nobody knows")));
        wrong
    }
}
