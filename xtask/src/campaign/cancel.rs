//! The campaign `cancel`: futures that are dropped at random points, and at every await point of every function of the engine.

use super::kind::Campaign;

/// The tests of the drivers that are named `cancel_campaign`; those of the planted faults are among them.
pub(super) const CANCEL: Campaign = Campaign {
    name: "cancel",
    packages: &["aludel-sqlite", "aludel-postgres", "aludel-mysql"],
    filter: "cancel_campaign",
    parts: &["SQLite random", "SQLite points", "PostgreSQL random", "PostgreSQL points", "MariaDB random", "MariaDB points"],
};
