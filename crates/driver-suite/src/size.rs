//! How large campaigns are, and with which random numbers they begin: as the environment says.

use std::time::SystemTime;

/// Whether they run at full size: `ALUDEL_CAMPAIGN=full`. Else each takes some seconds.
pub fn is_full() -> bool {
    std::env::var("ALUDEL_CAMPAIGN").is_ok_and(|size| size == "full")
}

/// The seed of `ALUDEL_SEED`, which brings the same campaign again; else this one.
///
/// # Panics
/// If the seed that is given is no number.
pub fn seed_or(other: u64) -> u64 {
    std::env::var("ALUDEL_SEED").map_or(other, |seed| seed.parse().expect("ALUDEL_SEED is a number"))
}

/// As [`seed_or`]; else one that nobody has chosen.
pub(crate) fn seed() -> u64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().expect("the clock is after 1970");
    seed_or(u64::from(since.subsec_nanos()) ^ (since.as_secs() << 20))
}
