//! The campaigns `kill`, `restart`, `failover` and `replicas`: servers of the tests' own that end, or fall
//! behind, while many tasks write.

use super::kind::Campaign;

/// Servers that are killed.
pub(super) const KILL: Campaign =
    Campaign { name: "kill", packages: &["aludel-postgres", "aludel-mysql"], filter: "kill_campaign", parts: &["PostgreSQL", "MariaDB"] };

/// Servers that are restarted.
pub(super) const RESTART: Campaign = Campaign {
    name: "restart",
    packages: &["aludel-postgres", "aludel-mysql"],
    filter: "restart_campaign",
    parts: &["PostgreSQL", "MariaDB"],
};

/// A standby that takes the place of its primary.
pub(super) const FAILOVER: Campaign =
    Campaign { name: "failover", packages: &["aludel-postgres"], filter: "failover_campaign", parts: &["PostgreSQL"] };

/// Replicas that fall behind.
pub(super) const REPLICAS: Campaign = Campaign {
    name: "replicas",
    packages: &["aludel-postgres", "aludel-mysql"],
    filter: "replicas_campaign",
    parts: &["PostgreSQL", "MariaDB"],
};
