//! What a rule says about a place in the tree.

use std::fmt;

/// Whether a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Shown, passes.
    Warning,
    /// Shown, fails.
    Refusal,
}

/// One breach of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The rule's name, as the file of exceptions spells it.
    pub(crate) rule: &'static str,
    /// The file, from the root of the tree, with `/`.
    pub(crate) path: String,
    /// Counted from 1; 0 speaks of the file as a whole.
    pub(crate) line: usize,
    pub(crate) severity: Severity,
    /// What is wrong and what to do; no full stop.
    pub(crate) message: String,
}

impl Finding {
    /// Returns a finding that fails the run.
    pub(crate) fn refusal(rule: &'static str, place: (&str, usize), message: String) -> Finding {
        Finding { rule, path: place.0.to_owned(), line: place.1, severity: Severity::Refusal, message }
    }

    /// Returns a finding that is only shown.
    pub(crate) fn warning(rule: &'static str, place: (&str, usize), message: String) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::refusal(rule, place, message) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Refusal => "error",
        };
        write!(f, "{severity}[{}] {}", self.rule, self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.message)
    }
}
