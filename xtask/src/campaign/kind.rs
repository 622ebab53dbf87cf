//! What a campaign is.

/// Tests that try many cases.
pub(super) struct Campaign {
    /// What it is called.
    pub(super) name: &'static str,
    /// The packages whose tests they are.
    pub(super) packages: &'static [&'static str],
    /// The module that the tests are in.
    pub(super) filter: &'static str,
    /// The beginnings of the reports that must be there, with a case at least.
    pub(super) parts: &'static [&'static str],
}
