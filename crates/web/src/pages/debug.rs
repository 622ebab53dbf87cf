//! The content of the page that only this machine sees: the error, its causes, the source line, the request.

use crate::error::Failure;
use crate::route::Route;

use super::case::Case;
use super::explain::explanation;
use super::sheet::{Section, Sheet};
use super::source;

/// Adds to the plain sheet of a failure all there is to know.
pub(super) fn fill(mut sheet: Sheet, failure: &Failure, case: &Case<'_>, headers: &[(String, String)]) -> Sheet {
    sheet.lead = failure.to_string();
    let explanation = explanation(case.explainers, failure).unwrap_or_default();
    if !explanation.title.is_empty() {
        sheet.title = format!("{}: {}", sheet.title, explanation.title);
    }
    sheet.hint = explanation.hint;
    let causes: Vec<String> = failure.chain().skip(1).map(ToString::to_string).collect();
    if !causes.is_empty() {
        sheet.sections.push(Section::new("Because", causes));
    }
    let explained = explanation.sections.into_iter();
    sheet.sections.extend(explained.map(|(heading, text)| Section::new(heading, text.lines().map(String::from))));
    sheet.sections.extend(failure.place().as_ref().map(source::excerpt));
    sheet.sections.extend(nearby(case));
    sheet.sections.push(request(case, headers));
    sheet
}

/// Lists routes that look like the path, where no rule matched it.
fn nearby(case: &Case<'_>) -> Option<Section> {
    let routes = case.table.nearby(case.info.path());
    let unmatched = case.info.endpoint().is_none() && !routes.is_empty();
    let line = |route: &&Route| format!("{:7} {}  {}", route.method(), route.rule(), route.endpoint());
    unmatched.then(|| Section::new("Routes nearby", routes.iter().map(line)))
}

fn request(case: &Case<'_>, headers: &[(String, String)]) -> Section {
    let mut lines = vec![format!("{} {}", case.info.method(), case.info.uri())];
    lines.extend(case.info.endpoint().map(|endpoint| format!("endpoint: {endpoint}")));
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    Section::new("Request", lines)
}
