//! The content of an error page, before it is HTML or text.

/// A page's content.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// The status and its name.
    pub(super) title: String,
    /// What happened, in a sentence.
    pub(super) lead: String,
    /// What to do now.
    pub(super) hint: Option<String>,
    pub(super) sections: Vec<Section>,
    /// The line at the end by which the log's entry is found.
    pub(super) foot: String,
}

/// A heading with lines below it.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
}

/// A line, marked if it is the one to look at.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) marked: bool,
}

impl Section {
    pub(super) fn new(heading: impl Into<String>, lines: impl IntoIterator<Item = String>) -> Self {
        let lines = lines.into_iter().map(|text| Line { text, marked: false }).collect();
        Self { heading: heading.into(), lines }
    }
}
