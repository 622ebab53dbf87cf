//! How large the campaigns are.

/// Whether they run at full size: `ALUDEL_CAMPAIGN=full`.
pub fn is_full() -> bool {
    std::env::var("ALUDEL_CAMPAIGN").is_ok_and(|size| size == "full")
}
