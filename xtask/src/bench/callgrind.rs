//! Calls programs under valgrind's callgrind and reads how many instructions they took. Knows no peer and no job.

use std::path::Path;
use std::process::Command;

use super::table;
use crate::shell::{self, Outcome};

/// Looks for valgrind.
///
/// # Errors
/// If it is not installed.
pub(crate) fn required() -> Outcome {
    match shell::answers("valgrind", &["--version"]) {
        true => Ok(()),
        false => Err("`--instructions` needs valgrind, which is not installed".into()),
    }
}

/// Returns the words before a program that have its instructions counted, and the total written into `log` when it ends.
pub(crate) fn words(log: &Path) -> [String; 4] {
    let log = format!("--log-file={}", log.display());
    ["valgrind".into(), "--tool=callgrind".into(), "--callgrind-out-file=/dev/null".into(), log]
}

/// Returns a call of `program` under callgrind.
pub(crate) fn command(program: &Path, log: &Path) -> Command {
    let [valgrind, options @ ..] = words(log);
    let mut command = Command::new(valgrind);
    command.args(options).arg(program);
    command
}

/// Reads the total of a program that has ended.
///
/// # Errors
/// If the log cannot be read or has none.
pub(crate) fn total(log: &Path) -> Outcome<u64> {
    read(&std::fs::read_to_string(log)?).ok_or_else(|| format!("{} has no total", log.display()).into())
}

/// Reads the total of a line like `==12== Collected : 3456`.
fn read(log: &str) -> Option<u64> {
    let line = log.lines().rev().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

/// Returns the cells of a ratio: itself, its bound, and whether it keeps to it.
pub(crate) fn judged(ratio: f64, bound: Option<f64>) -> [String; 3] {
    let verdict = bound.map_or("", |bound| if ratio <= bound { "met" } else { "missed" });
    [format!("{ratio:.2}"), bound.map(table::bound).unwrap_or_default(), verdict.into()]
}

#[cfg(test)]
mod tests {
    use super::{judged, read};

    #[test]
    fn the_total_is_read() {
        assert_eq!(read("==7== Events    : Ir\n==7== Collected : 123456\n==7== \n"), Some(123_456));
        assert_eq!(read("==7== \n"), None);
    }

    #[test]
    fn a_ratio_keeps_to_its_bound_or_not() {
        assert_eq!(judged(1.1, Some(1.15)), ["1.10", "1.15", "met"]);
        assert_eq!(judged(1.2, Some(1.15)), ["1.20", "1.15", "missed"]);
        assert_eq!(judged(1.0, None), ["1.00", "", ""]);
    }
}
