//! The campaign `proxy`: connections that are cut, stalled, sliced and garbled on their way, and servers that lie.

use super::kind::Campaign;

/// The tests of the drivers that are named `faults`.
pub(super) const PROXY: Campaign = Campaign {
    name: "proxy",
    packages: &["aludel-postgres", "aludel-mysql"],
    filter: "faults",
    parts: &[
        "PostgreSQL cuts",
        "PostgreSQL stalls",
        "PostgreSQL silence",
        "PostgreSQL slices",
        "PostgreSQL garbles",
        "PostgreSQL lies",
        "MariaDB cuts",
        "MariaDB cuts with tokens",
        "MariaDB commits with tokens",
        "MariaDB stalls",
        "MariaDB silence",
        "MariaDB slices",
        "MariaDB garbles",
        "MariaDB lies",
    ],
};
