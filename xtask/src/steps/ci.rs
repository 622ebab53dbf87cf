//! `cargo xtask ci`: the gate, in its order; the first failure ends it.
//! One target folder for all of it: clippy, the tests and rustdoc are three builds; what clippy has made of the dependencies
//! serves the features, and the examples come with the tests.

use super::features::features;
use super::test;
use crate::servers::Wanted;
use crate::shell::{self, Outcome};
use crate::tidy;

/// Runs the gate and ends with the summary line of the tests.
///
/// # Errors
/// The first step that fails; a database server that cannot be had fails the tests.
pub(crate) fn ci(wanted: Wanted) -> Outcome {
    shell::heading("ci 1/8: formatting");
    shell::run(&mut shell::cargo(&["fmt", "--all", "--check"]))?;

    shell::heading("ci 2/8: clippy");
    shell::run(&mut shell::cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))?;

    shell::heading("ci 3/8: tidy");
    tidy::run()?;

    shell::heading("ci 4/8: tests");
    let mut tally = test::all(wanted)?;

    shell::heading("ci 5/8: what a release build shows");
    tally += test::release()?;

    shell::heading("ci 6/8: rustdoc");
    let mut doc = shell::cargo(&["doc", "--workspace", "--no-deps", "--all-features"]);
    shell::run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;

    shell::heading("ci 7/8: each feature alone");
    features()?;

    shell::heading("ci 8/8: examples");
    shell::run(&mut shell::cargo(&["build", "--workspace", "--examples", "--all-features"]))?;

    println!("\nci: passed\n{tally}");
    Ok(())
}
