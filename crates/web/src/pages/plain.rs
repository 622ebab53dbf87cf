//! A sheet as plain text, for terminals and programs.

use super::sheet::Sheet;

/// Writes the text.
pub(super) fn page(sheet: &Sheet) -> String {
    let mut lines = vec![sheet.title.clone()];
    if !sheet.lead.is_empty() {
        lines.push(sheet.lead.clone());
    }
    if let Some(hint) = &sheet.hint {
        lines.push(format!("hint: {hint}"));
    }
    for section in &sheet.sections {
        lines.push(format!("\n{}", section.heading));
        lines.extend(section.lines.iter().map(|line| format!("{} {}", if line.marked { ">" } else { " " }, line.text)));
    }
    lines.push(format!("\n{}\n", sheet.foot));
    lines.join("\n")
}
