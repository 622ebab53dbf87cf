//! Reads the arguments of `cargo xtask bench` and calls what they ask for.

use super::build_time;
use super::data;
use super::instructions;
use super::jobs::{ENTRANTS, JOBS};
use super::peer::Peers;
use super::ticks;
use super::web;
use super::writers;
use crate::shell::Outcome;

/// Rounds of each pairing to begin with.
const ROUNDS: usize = 15;

/// A measurement with a table of its own.
struct Part {
    name: &'static str,
    /// The folders in `bench/` whose programs it runs.
    peers: &'static [&'static str],
    run: fn(&Peers, usize) -> Outcome,
}

const PARTS: &[Part] = &[
    Part { name: "web", peers: &web::SERVERS, run: web::run },
    Part { name: "ticks", peers: &[ticks::PEER], run: ticks::run },
    Part { name: "writers", peers: &[writers::PEER], run: writers::run },
];

struct Arguments<'a> {
    name: &'a str,
    rounds: usize,
    counts_instructions: bool,
    times_builds: bool,
}

/// Runs the measurements.
///
/// # Errors
/// If the arguments are wrong, a program that is needed does not build, or peers disagree about what they read.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let arguments = parse(arguments)?;
    if arguments.times_builds {
        return build_time::run();
    }
    let jobs: Vec<_> = JOBS.iter().filter(|job| is_meant(job.name, arguments.name)).collect();
    let parts: Vec<_> = PARTS.iter().filter(|part| is_meant(part.name, arguments.name) && !arguments.counts_instructions).collect();
    if jobs.is_empty() && parts.is_empty() {
        return Err(format!("nothing is named `{}`", arguments.name).into());
    }
    let of_jobs = ENTRANTS.iter().filter(|_| !jobs.is_empty()).map(|entrant| entrant.peer);
    let peers = Peers::build(of_jobs.chain(parts.iter().flat_map(|part| part.peers.iter().copied())));
    if !jobs.is_empty() && arguments.counts_instructions {
        instructions::run(&peers, &jobs)?;
    } else if !jobs.is_empty() {
        data::run(&peers, &jobs, arguments.rounds)?;
    }
    parts.iter().try_for_each(|part| (part.run)(&peers, arguments.rounds))
}

/// Tells whether `asked` means `name`: a whole name means itself alone, a part of a name all that have it.
fn is_meant(name: &str, asked: &str) -> bool {
    let is_whole = JOBS.iter().map(|job| job.name).chain(PARTS.iter().map(|part| part.name)).any(|name| name == asked);
    if is_whole { name == asked } else { name.contains(asked) }
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

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn a_whole_name_means_itself_alone() {
        assert!(is_meant("load1", "load1") && !is_meant("load100", "load1"));
        assert!(is_meant("load1", "load") && is_meant("load100", "load") && !is_meant("ticks", "load"));
        assert!(is_meant("ticks", ""));
    }
}
