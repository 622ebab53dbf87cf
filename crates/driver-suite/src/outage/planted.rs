//! The faults that these campaigns must find where they are planted on purpose.

use aludel_engine::Fault;
use aludel_engine::Fault::{
    CommitNotNoted, EarlyCommit, LostBroken, LostHolder, LostPlace, NotAsked, NotResolved, OldPosition, OneForAll, PingIgnored,
    PrimaryAlways, ReplicaUnasked, ResolvedUnasked, SentAgain, UnknownAsBroken, UnknownAsDone, WriteNotNoted,
};

use super::plan::Plan;
use super::server::{Followed, Pair, Server};
use super::{failover, kill, replicas, restart};
use crate::report::find;
use crate::size::is_full;

/// So often the server ends at most, until a fault is found.
const TIMES: usize = 20;
/// So often replicas fall behind.
const BEHIND: usize = 8;

/// What is found where a server is killed.
const BY_KILLS: &[Fault] = &[EarlyCommit, UnknownAsBroken, UnknownAsDone, ResolvedUnasked, NotResolved, SentAgain];
/// What is found where a server is restarted.
const BY_RESTARTS: &[Fault] = &[NotAsked, PingIgnored, LostPlace, LostHolder, LostBroken];
/// What is found where a standby takes over.
const BY_FAILOVERS: &[Fault] = &[EarlyCommit, UnknownAsDone, NotResolved, LostBroken];
/// What is found there too, but takes several servers until it is seen.
const BY_MANY_FAILOVERS: &[Fault] = &[UnknownAsBroken, ResolvedUnasked];
/// What is found where replicas fall behind.
const BY_REPLICAS: &[Fault] = &[ReplicaUnasked, OneForAll, CommitNotNoted, WriteNotNoted, OldPosition, PrimaryAlways];

/// Plants each fault that is found where a server is killed.
///
/// # Panics
/// If one is not found.
pub async fn kills_find<S: Server>() {
    let plan = Plan::of_environment(TIMES, TIMES);
    find(BY_KILLS, async |fault| kill::run::<S>(plan.with(fault)).await).await;
}

/// As [`kills_find`], where a server is restarted.
///
/// # Panics
/// If one is not found.
pub async fn restarts_find<S: Server>() {
    let plan = Plan::of_environment(TIMES, TIMES);
    find(BY_RESTARTS, async |fault| restart::run::<S>(plan.with(fault)).await).await;
}

/// As [`kills_find`], where a standby takes over; and an engine that takes any server that answers.
///
/// # Panics
/// If one is not found.
pub async fn failovers_find<P: Pair>() {
    let plan = Plan::of_environment(TIMES, TIMES);
    let faults = if is_full() { [BY_FAILOVERS, BY_MANY_FAILOVERS].concat() } else { BY_FAILOVERS.to_vec() };
    find(&faults, async |fault| failover::run::<P>(plan.with(fault)).await).await;
    find(&["any server"], async |_| failover::run::<P>(Plan { asks: false, ..plan }).await).await;
}

/// As [`kills_find`], where replicas fall behind.
///
/// # Panics
/// If one is not found.
pub async fn replicas_find<F: Followed>() {
    let plan = Plan::of_environment(BEHIND, BEHIND);
    find(BY_REPLICAS, async |fault| replicas::run::<F>(plan.with(fault)).await).await;
}

#[cfg(test)]
mod tests {
    use aludel_engine::Fault;

    use super::{BY_FAILOVERS, BY_KILLS, BY_MANY_FAILOVERS, BY_REPLICAS, BY_RESTARTS};
    use crate::campaign::BY_DROPS;
    use crate::proxy::BY_PROXY;

    #[test]
    fn each_fault_is_found_somewhere() {
        let planted = [BY_DROPS, BY_KILLS, BY_RESTARTS, BY_FAILOVERS, BY_MANY_FAILOVERS, BY_REPLICAS].concat();
        let planted = [planted, BY_PROXY.concat()].concat();
        let forgotten: Vec<_> = Fault::ALL.iter().filter(|fault| !planted.contains(fault)).collect();
        assert!(forgotten.is_empty(), "no campaign plants these: {forgotten:?}");
    }
}
