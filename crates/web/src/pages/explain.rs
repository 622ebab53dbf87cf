//! What somebody who knows more about an error than its text adds to its debug page.

use std::error::Error;

use crate::error::Failure;

/// What is added to an error's debug page by a function given to `App::explain`.
///
/// Everything in it is text; the page escapes it.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// What kind of error this is, in a few words.
    pub title: String,
    /// Parts of the page, each a heading and a text that is shown as it is, line by line.
    pub sections: Vec<(String, String)>,
    /// What to do now.
    pub hint: Option<String>,
}

/// Explains an error if it knows it.
pub(crate) type Explainer = Box<dyn Fn(&(dyn Error + 'static)) -> Option<Explanation> + Send + Sync>;

/// Returns the first explanation that anybody has for the error or one of its sources, outermost first.
pub(crate) fn explanation(explainers: &[Explainer], failure: &Failure) -> Option<Explanation> {
    failure.chain().find_map(|error| explainers.iter().find_map(|explain| explain(error)))
}
