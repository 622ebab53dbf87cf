//! `cargo xtask test`: all tests of the workspace, on a machine that has Rust and a C compiler; the database servers that
//! they need are found, installed or started first.
//! A further step is a function in `STEPS`.

use std::process::Command;

use super::scan::Scan;
use super::tally::Tally;
use crate::servers::{Servers, Wanted};
use crate::shell::{self, Outcome};

struct Step {
    title: &'static str,
    run: fn(&Servers) -> Outcome<Tally>,
}

const STEPS: &[Step] = &[
    Step { title: "unit and integration tests, all features", run: tests },
    Step { title: "the code in the documentation", run: doc_tests },
];

/// Runs all steps and closes with a line that says how many tests passed.
///
/// # Errors
/// If a server cannot be had, a step cannot run or a test fails.
pub(crate) fn test(wanted: Wanted) -> Outcome {
    let tally = all(wanted)?;
    println!("\n{tally}");
    Ok(())
}

/// Runs all steps and returns what was counted.
///
/// # Errors
/// As [`test()`]; a failure in one step keeps the next ones from running.
pub(super) fn all(wanted: Wanted) -> Outcome<Tally> {
    shell::heading("test: database servers");
    let servers = Servers::ready(wanted)?;
    let mut total = Tally::default();
    for (index, step) in STEPS.iter().enumerate() {
        shell::heading(&format!("test {}/{}: {}", index + 1, STEPS.len(), step.title));
        total += (step.run)(&servers)?;
    }
    Ok(total)
}

fn tests(servers: &Servers) -> Outcome<Tally> {
    if shell::answers("cargo", &["nextest", "--version"]) {
        println!("    cargo-nextest is installed: one process per test");
        let arguments = ["nextest", "run", "--workspace", "--all-features", "--no-fail-fast", "--no-tests=pass"];
        return scanned(servers, &arguments);
    }
    println!("    cargo-nextest is not installed: `cargo test` does it");
    scanned(servers, &["test", "--workspace", "--all-targets", "--all-features", "--no-fail-fast"])
}

fn doc_tests(servers: &Servers) -> Outcome<Tally> {
    counted(servers, &["test", "--workspace", "--doc", "--all-features", "--no-fail-fast"])
}

/// Runs the tests that look at what an application shows, in a release build: it tells less. Nothing here is about speed, so
/// that it is built as quickly as a debug build; the tests build the examples in the same way.
///
/// # Errors
/// If it does not build or a test fails.
pub(super) fn release() -> Outcome<Tally> {
    let arguments = ["test", "--release", "--package", "aludel", "--all-features", "--test", "it", "--", "process_people", "app_requests"];
    let mut command = shell::cargo(&arguments);
    command.envs(
        [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "256")]
            .map(|(name, value)| (format!("CARGO_PROFILE_RELEASE_{name}"), value)),
    );
    counted_of(command, &arguments)
}

fn counted(servers: &Servers, arguments: &[&str]) -> Outcome<Tally> {
    let mut command = shell::cargo(arguments);
    command.envs(servers.variables());
    counted_of(command, arguments)
}

/// As [`counted`], with a scan of what the tests logged and of their errors.
fn scanned(servers: &Servers, arguments: &[&str]) -> Outcome<Tally> {
    let mut command = shell::cargo(arguments);
    command.envs(servers.variables());
    let scan = Scan::begin(&mut command)?;
    let tally = counted_of(command, arguments)?;
    scan.end()?;
    Ok(tally)
}

fn counted_of(mut command: Command, arguments: &[&str]) -> Outcome<Tally> {
    let (lines, success) = shell::run_and_listen(&mut command)?;
    let tally = Tally::read(&lines);
    if success { Ok(tally) } else { Err(format!("`cargo {}` failed\n{tally}", arguments.join(" ")).into()) }
}
