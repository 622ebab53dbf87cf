//! `Ledger`: what those who write were told, held against what is there.

use std::collections::HashMap;
use std::sync::Arc;

use aludel_engine::{CommitOutcome, Engine};
use aludel_sql::{Error, ErrorKind, Result, raw};

use crate::commits::{is_answer, resolved};

/// What a unit of work was told.
pub(super) enum Told {
    Done,
    Failed(Arc<Error>),
}

/// A unit of work.
pub(super) struct Entry {
    pub(super) unit: i64,
    /// What it has written if it is committed: a row for each of its steps, in order.
    pub(super) steps: &'static [i64],
    /// Whether it was a write by itself.
    pub(super) single: bool,
    pub(super) told: Told,
}

/// What is known of a unit once it was asked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settled {
    There,
    Gone,
    /// Nobody can tell, and nobody has.
    Either,
}

/// All units of a campaign.
#[derive(Default)]
pub(super) struct Ledger {
    settled: HashMap<i64, (&'static [i64], Settled)>,
    pub(super) anomalies: Vec<String>,
    acknowledged: usize,
    /// How many commits were not answered.
    pub(super) unknown: usize,
    committed: usize,
    failed: usize,
}

impl Ledger {
    /// Takes units in, and compares them; `asked` is the engine that is asked after commits, `tells` whether it can be asked after
    /// writes by themselves too.
    pub(super) async fn take(&mut self, entries: Vec<Entry>, (asked, outside): (&Engine, &Engine), tells: bool) -> Result {
        let Some(first) = entries.iter().map(|entry| entry.unit).min() else { return Ok(()) };
        for entry in entries {
            let settled = match &entry.told {
                Told::Done => {
                    self.acknowledged += 1;
                    Settled::There
                }
                Told::Failed(error) if *error.kind() == ErrorKind::CommitUnknown => {
                    self.unknown += 1;
                    self.settled(asked, error, !entry.single || tells).await?
                }
                Told::Failed(error) => {
                    self.failed += 1;
                    if !matches!(error.kind(), ErrorKind::Disconnected | ErrorKind::Connect | ErrorKind::Timeout) {
                        self.anomalies.push(format!("unit {}: {error:?} is of the wrong kind", entry.unit));
                    }
                    Settled::Gone
                }
            };
            self.settled.insert(entry.unit, (entry.steps, settled));
        }
        self.compare(outside, first).await
    }

    async fn settled(&mut self, asked: &Engine, error: &Error, tells: bool) -> Result<Settled> {
        let outcome = resolved(asked, error).await?;
        if !is_answer(outcome, tells) {
            self.anomalies.push(format!("{outcome:?} was answered of {error:?}"));
        }
        Ok(match outcome {
            CommitOutcome::Committed => {
                self.committed += 1;
                Settled::There
            }
            CommitOutcome::RolledBack => Settled::Gone,
            _ => Settled::Either,
        })
    }

    /// Compares all units from this one on with what is there.
    pub(super) async fn compare(&mut self, outside: &Engine, first: i64) -> Result {
        let rows = raw("SELECT unit, step FROM units WHERE unit >= :first ORDER BY unit, step").bind("first", first).all(outside).await?;
        let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in rows {
            found.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
        }
        for (unit, (steps, settled)) in self.settled.iter().filter(|(unit, _)| **unit >= first) {
            let there = found.remove(unit).unwrap_or_default();
            let is_right = match settled {
                Settled::There => there == *steps,
                Settled::Gone => there.is_empty(),
                Settled::Either => there.is_empty() || there == *steps,
            };
            if !is_right {
                self.anomalies.push(format!("unit {unit}: {there:?} of the rows {steps:?} are there, and it was told as {settled:?}"));
            }
        }
        self.anomalies.extend(found.into_iter().map(|(unit, steps)| format!("rows {steps:?} of unit {unit}, which nobody knows")));
        Ok(())
    }

    /// In numbers.
    pub(super) fn told(&self) -> String {
        let Self { acknowledged, unknown, committed, failed, .. } = self;
        format!("{acknowledged} acknowledged, {unknown} unknown of which {committed} told as committed, {failed} failed")
    }
}
