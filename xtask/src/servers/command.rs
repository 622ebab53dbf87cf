//! `cargo xtask servers`: the servers without the tests, for people who run single tests.

use std::thread;
use std::time::Duration;

use super::ready::{Servers, Wanted};
use crate::shell::{self, Outcome};

/// How often the servers are looked after.
const STEP: Duration = Duration::from_millis(500);

/// Finds or starts the servers, prints how to tell the tests, and keeps what was started until Ctrl+C.
///
/// # Errors
/// If a server cannot be had, or ends by itself.
pub(crate) fn run(wanted: Wanted) -> Outcome {
    shell::heading("database servers");
    let mut servers = Servers::ready(wanted)?;
    println!("\nfor the shell in which tests are to run:\n");
    for (variable, url) in servers.variables() {
        println!("export {variable}={url}");
    }
    if !servers.has_own() {
        println!("\nnothing was started; nothing is to be stopped");
        return Ok(());
    }
    // Ctrl+C ends us at once; the guards of the servers see it.
    println!("\nCtrl+C stops what was started");
    loop {
        servers.look_after()?;
        thread::sleep(STEP);
    }
}
