//! The campaign `proxy`: connections that are cut, stalled, sliced and garbled on their way; servers that lie, and such that end all of them.

use super::kind::Campaign;

/// The tests of the drivers that are named `faults`.
pub(super) const PROXY: Campaign =
    Campaign { name: "proxy", packages: &["aludel-postgres", "aludel-mysql"], filter: "faults::", parts: &[] };
