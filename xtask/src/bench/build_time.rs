//! Times debug builds of the tutorial application, and counts what its macros write.

use std::fs::{self, File};
use std::process::Command;
use std::time::{Instant, SystemTime};

use super::expansion;
use super::peer;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

const EXAMPLE: &str = "people";
/// Rebuilds after a touch; the quickest is shown.
const REBUILDS: usize = 5;

/// Builds the example from nothing and again after a touch, and prints the times and the lines of each model.
///
/// # Errors
/// If the example is missing or does not build.
pub(crate) fn run() -> Outcome {
    let source = shell::root().join("examples").join(format!("{EXAMPLE}.rs"));
    let text = fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let target = peer::data_folder("build")?;
    let build = |arguments: &[&str]| -> Command {
        let mut command = shell::cargo(arguments);
        command.env("CARGO_TARGET_DIR", &target);
        command
    };

    shell::heading("bench: builds");
    let clean = timed(&mut build(&["build", "--quiet", "--example", EXAMPLE]))?;
    let mut rebuild = f64::INFINITY;
    for _ in 0..REBUILDS {
        File::options().append(true).open(&source)?.set_modified(SystemTime::now())?;
        rebuild = rebuild.min(timed(&mut build(&["build", "--quiet", "--example", EXAMPLE]))?);
    }

    let mut expand = build(&["rustc", "--quiet", "--example", EXAMPLE, "--", "-Zunpretty=expanded"]);
    let (expanded, _) = shell::output(expand.env("RUSTC_BOOTSTRAP", "1"))?;

    let mut table = Table::new(&["measure", "value"]);
    table.row(vec!["clean debug build".into(), table::time(clean)]);
    table.row(vec!["rebuild after a touch".into(), table::time(rebuild)]);
    for (model, lines) in expansion::lines_per_model(&text, &expanded)? {
        table.row(vec![format!("lines that derive(Model) writes for `{model}`"), lines.to_string()]);
    }
    table.print();
    Ok(())
}

fn timed(command: &mut Command) -> Outcome<f64> {
    let start = Instant::now();
    shell::run(command)?;
    Ok(start.elapsed().as_nanos() as f64)
}
