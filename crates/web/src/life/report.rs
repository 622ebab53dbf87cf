//! What the log says of a failure that is answered as the server's own, status 500 and above: one entry, whoever answered it.

use crate::error::Failure;
use crate::pages::{self, Explainer};
use crate::request::RequestInfo;

/// What is to be told of a failure. It is read off beforehand, since an error handler takes the error away and its answer
/// tells whether there is anything to log.
pub(super) struct Report {
    message: String,
    location: Option<String>,
    details: Option<String>,
    causes: Option<String>,
    hint: Option<String>,
}

impl Report {
    pub(super) fn new(explainers: &[Explainer], failure: &Failure) -> Self {
        let causes: Vec<String> = failure.chain().skip(1).map(ToString::to_string).collect();
        let explanation = pages::explanation(explainers, failure).unwrap_or_default();
        let details: Vec<String> = explanation.sections.iter().map(|(heading, text)| format!("{heading}: {text}")).collect();
        Self {
            message: failure.to_string(),
            location: failure.place().map(|place| place.to_string()),
            details: said(&details),
            causes: said(&causes),
            hint: explanation.hint,
        }
    }

    /// The endpoint says where it came up: the path may hold what a user typed, which belongs into no log.
    pub(super) fn log(self, info: &RequestInfo) {
        tracing::error!(
            request = %info.id(),
            method = %info.method(),
            endpoint = info.endpoint(),
            location = self.location.map(tracing::field::display),
            details = self.details,
            causes = self.causes,
            hint = self.hint,
            "{}",
            self.message
        );
    }
}

/// What there is to say, if there is anything.
fn said(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join("; "))
}
