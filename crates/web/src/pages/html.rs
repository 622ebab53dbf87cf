//! A sheet as a self-contained HTML page: no script, no font, no request to anywhere. Everything is escaped here.

use std::fmt::{self, Write};

use super::sheet::{Line, Section, Sheet};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color:#222;\
background:#fff}h1{font-size:1.6rem;margin:0}h2{font-size:1rem;margin:1.5rem 0 .3rem;color:#555}p{margin:.5rem 0}\
pre{background:#f5f5f2;padding:.8rem;overflow-x:auto;font:14px/1.5 ui-monospace,monospace;margin:0}\
mark{background:#ffe08a;display:inline-block;min-width:100%}.hint{border-left:4px solid #2a7;padding-left:.8rem}\
footer{margin-top:2rem;color:#777;font-size:.9rem}@media(prefers-color-scheme:dark){body{background:#1c1c1c;color:#ddd}\
pre{background:#2a2a2a}h2,footer{color:#aaa}mark{background:#5c4a10;color:#fff}}";

/// Writes the page.
pub(super) fn page(sheet: &Sheet) -> String {
    let mut page = String::new();
    // Writing to a `String` cannot fail.
    let _ = write_page(&mut page, sheet);
    page
}

fn write_page(page: &mut String, sheet: &Sheet) -> fmt::Result {
    let title = Escaped(&sheet.title);
    write!(page, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>")?;
    writeln!(page, "<style>{STYLE}</style></head><body>\n<h1>{title}</h1>")?;
    if !sheet.lead.is_empty() {
        writeln!(page, "<p>{}</p>", Escaped(&sheet.lead))?;
    }
    if let Some(hint) = &sheet.hint {
        writeln!(page, "<p class=\"hint\">{}</p>", Escaped(hint))?;
    }
    for section in &sheet.sections {
        write_section(page, section)?;
    }
    writeln!(page, "<footer>{}</footer></body></html>", Escaped(&sheet.foot))
}

fn write_section(page: &mut String, section: &Section) -> fmt::Result {
    writeln!(page, "<h2>{}</h2>", Escaped(&section.heading))?;
    if section.lines.is_empty() {
        return Ok(());
    }
    write!(page, "<pre>")?;
    for Line { text, marked } in &section.lines {
        match marked {
            true => writeln!(page, "<mark>{}</mark>", Escaped(text))?,
            false => writeln!(page, "{}", Escaped(text))?,
        }
    }
    writeln!(page, "</pre>")
}

/// Text in which no character means anything to HTML, within elements and within quoted attributes.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
