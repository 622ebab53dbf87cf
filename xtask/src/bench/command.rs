//! Reads the arguments of `cargo xtask bench` and calls what they ask for.

use super::build_time;
use super::data;
use super::instructions;
use super::jobs::JOBS;
use super::peer::Peers;
use super::web;
use crate::shell::Outcome;

/// Rounds of each pairing to begin with.
const ROUNDS: usize = 15;
const WEB: &str = "web";

struct Arguments<'a> {
    name: &'a str,
    rounds: usize,
    counts_instructions: bool,
    times_builds: bool,
}

/// Runs the measurements.
///
/// # Errors
/// If the arguments are wrong, no peer builds, or peers disagree about what they read.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let arguments = parse(arguments)?;
    if arguments.times_builds {
        return build_time::run();
    }
    let jobs: Vec<_> = JOBS.iter().filter(|job| job.name.contains(arguments.name)).collect();
    let wants_web = WEB.contains(arguments.name) && !arguments.counts_instructions;
    if jobs.is_empty() && !wants_web {
        return Err(format!("no job is named `{}`", arguments.name).into());
    }
    if !jobs.is_empty() {
        let peers = Peers::build()?;
        if arguments.counts_instructions {
            instructions::run(&peers, &jobs)?;
        } else {
            data::run(&peers, &jobs, arguments.rounds)?;
        }
    }
    if wants_web { web::run(arguments.rounds) } else { Ok(()) }
}

fn parse(words: &[String]) -> Outcome<Arguments<'_>> {
    let mut arguments = Arguments { name: "", rounds: ROUNDS, counts_instructions: false, times_builds: false };
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--instructions" => arguments.counts_instructions = true,
            "--build" => arguments.times_builds = true,
            "--rounds" => arguments.rounds = words.next().ok_or("`--rounds` needs a number")?.parse()?,
            _ if !word.starts_with('-') && arguments.name.is_empty() => arguments.name = word,
            _ => return Err(format!("unknown argument `{word}`").into()),
        }
    }
    if arguments.rounds == 0 {
        return Err("`--rounds` must be at least 1".into());
    }
    Ok(arguments)
}
