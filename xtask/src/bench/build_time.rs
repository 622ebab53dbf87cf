//! Times debug builds of the tutorial application, and counts what `derive(Model)` writes.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Instant, SystemTime};

use super::expansion;
use super::peer;
use super::statistics::Sample;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

const EXAMPLE: &str = "people";
/// Rebuilds of each kind.
const REBUILDS: usize = 5;
/// The folder in `bench/` of the models whose macro output is counted.
const MODELS: &str = "models";
/// The design's bound on the lines of a model.
const MOST_LINES: usize = 400;

/// Builds the example from nothing and again after changes, and prints the times, then the lines of each model.
///
/// # Errors
/// If the example or the models are missing or do not build. The example's source is as before in any case.
pub(crate) fn run() -> Outcome {
    shell::heading(&format!("bench: build the example `{EXAMPLE}` for debugging"));
    let source = shell::root().join("examples").join(format!("{EXAMPLE}.rs"));
    let text = fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let times = build_times(&source, &text)?;
    shell::heading("bench: expand models");
    let counts = lines_per_model()?;

    shell::heading("bench: builds");
    let mut table = Table::new(&["build", "median", "p10 – p90", "builds"]);
    for (build, sample) in times {
        table.row(vec![build.into(), table::time(sample.median()), table::times_spread(&sample), sample.len().to_string()]);
    }
    table.print();
    shell::heading("bench: lines that derive(Model) writes");
    let mut table = Table::new(&["model", "fields", "lines", "bound"]);
    for (model, fields, lines) in counts {
        table.row(vec![model, fields.to_string(), lines.to_string(), MOST_LINES.to_string()]);
    }
    table.print();
    Ok(())
}

fn build_times(source: &Path, text: &str) -> Outcome<[(&'static str, Sample); 3]> {
    let target = peer::data_folder("build")?;
    let build = || -> Outcome<f64> {
        let mut command = shell::cargo(&["build", "--quiet", "--example", EXAMPLE]);
        let start = Instant::now();
        shell::run(command.env("CARGO_TARGET_DIR", &target))?;
        Ok(start.elapsed().as_nanos() as f64)
    };
    let (mut clean, mut touched, mut edited) = (Sample::default(), Sample::default(), Sample::default());
    clean.push(build()?);
    let _restored = Restored { source, text, modified: fs::metadata(source)?.modified()? };
    for _ in 0..REBUILDS {
        set_modified(source, SystemTime::now())?;
        touched.push(build()?);
    }
    for number in 1..=REBUILDS {
        fs::write(source, moved_down(text, number)?)?;
        edited.push(build()?);
    }
    Ok([("clean", clean), ("again, the source touched", touched), ("again, all of the source a line further down", edited)])
}

/// Puts the example's source back as it was, whatever happens.
struct Restored<'a> {
    source: &'a Path,
    text: &'a str,
    modified: SystemTime,
}

impl Drop for Restored<'_> {
    fn drop(&mut self) {
        let restored = fs::write(self.source, self.text).and_then(|()| set_modified(self.source, self.modified));
        if let Err(error) = restored {
            eprintln!("xtask: {} is altered, take it from git: {error}", self.source.display());
        }
    }
}

fn set_modified(source: &Path, time: SystemTime) -> std::io::Result<()> {
    File::options().append(true).open(source)?.set_modified(time)
}

/// Returns `text` with so many lines more above its first import: every item has another place afterwards.
fn moved_down(text: &str, lines: usize) -> Outcome<String> {
    let (head, rest) = text.split_once("\nuse ").ok_or("the example imports nothing")?;
    Ok(format!("{head}{}\nuse {rest}", "\n".repeat(lines)))
}

/// Returns name, fields and lines of each model.
fn lines_per_model() -> Outcome<Vec<(String, usize, usize)>> {
    let folder = shell::root().join("bench").join(MODELS);
    let written = fs::read_to_string(folder.join("src/models.rs")).map_err(|error| format!("{}: {error}", folder.display()))?;
    let manifest = format!("bench/{MODELS}/Cargo.toml");
    let mut expand =
        shell::cargo(&["rustc", "--quiet", "--manifest-path", &manifest, "--lib", "--profile", "check", "--", "-Zunpretty=expanded"]);
    // `-Z` belongs to nightly compilers, unless told so.
    expand.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", peer::target_folder());
    let (expanded, _) = shell::output(&mut expand)?;
    expansion::lines_per_model(&written, &expanded)
}

#[cfg(test)]
mod tests {
    use super::moved_down;

    #[test]
    fn what_stands_above_the_imports_stays() {
        assert_eq!(moved_down("//! A.\nuse b;\nc\n", 2).ok().as_deref(), Some("//! A.\n\n\nuse b;\nc\n"));
        assert!(moved_down("//! A.\n", 2).is_err());
    }
}
