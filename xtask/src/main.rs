//! `cargo xtask test|servers|campaign|tidy|features|ci|bench`: the tools of the house itself, for its developers and its CI.
//! Knows the commands only; what each does stands in the module of its name. Never part of a release.

mod bench;
mod campaign;
mod steps;
mod tidy;

mod servers;

mod shell;

use std::process::ExitCode;

use servers::Wanted;
use shell::Outcome;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [--own]    run all tests, step by step, with the database servers that they need
                  --own             start servers of our own, whatever else is there
  servers [--own] find or start these servers, print how to tell the tests, wait for Ctrl+C
  campaign NAME   try many cases at full size, and print how many, how long and what was wrong:
                  kill, restart, failover, replicas, cancel or proxy
                  --seed N          the cases of this seed
                  --own             start servers of our own, whatever else is there
  tidy            hold the tree to the house rules
  features        check each crate without features, and with each one alone
  ci [--own]      what CI runs: fmt, clippy, tidy, test, release, rustdoc, features, examples
                  --own             start servers of our own, whatever else is there
  bench [NAME]    measure against the peers in bench/
                  NAME: a job (point, load100, ...), engine, web, ticks, writers, or a part of such a name;
                  without: all
                  --rounds N        rounds of each pairing to begin with
                  --instructions    count instructions under valgrind instead of time
                  --build           time debug builds and count macro output instead (slow)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", arguments),
    };
    match (command, rest) {
        ("test", _) => steps::test(Wanted::of(rest)?),
        ("servers", _) => servers::run(Wanted::of(rest)?),
        (servers::GUARD_COMMAND, _) => servers::guard(rest),
        ("campaign", _) => campaign::run(rest),
        ("tidy", []) => tidy::run(),
        ("features", []) => steps::features(),
        ("ci", _) => steps::ci(Wanted::of(rest)?),
        ("bench", _) => bench::run(rest),
        (bench::LOAD_COMMAND, _) => bench::load(rest),
        ("help" | "--help" | "-h", _) => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("unknown command `{}`\n\n{USAGE}", arguments.join(" ")).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{USAGE, campaign};

    #[test]
    fn each_campaign_is_in_the_usage() {
        for name in campaign::names().split(", ") {
            assert!(USAGE.contains(name), "`{name}` is missing");
        }
    }
}
