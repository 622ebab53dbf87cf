//! Reads the arguments of `cargo xtask bench` and calls what they ask for.

use super::build_time;
use super::data;
use super::engine;
use super::instructions;
use super::jobs::{ENTRANTS, JOBS};
use super::peer::Peers;
use super::server::SERVERS;
use super::ticks;
use super::web;
use super::web_instructions;
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
    /// Counts instructions instead of times, where times may scatter too much.
    count: Option<fn(&Peers) -> Outcome>,
}

const PARTS: &[Part] = &[
    Part { name: "engine", peers: &engine::PEERS, run: engine::run, count: Some(engine::count) },
    Part { name: "web", peers: &SERVERS, run: web::run, count: Some(web_instructions::run) },
    Part { name: "ticks", peers: &[ticks::PEER], run: ticks::run, count: None },
    Part { name: "writers", peers: &[writers::PEER], run: writers::run, count: None },
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
    let parts: Vec<_> = PARTS.iter().filter(|part| is_meant(part.name, arguments.name)).collect();
    if jobs.is_empty() && parts.is_empty() {
        return Err(format!("nothing is named `{}`", arguments.name).into());
    }
    let parts: Vec<_> = parts.into_iter().filter(|part| !arguments.counts_instructions || part.count.is_some()).collect();
    if jobs.is_empty() && parts.is_empty() {
        return Err(format!("there are no instructions to count in `{}`, only times", arguments.name).into());
    }
    let of_jobs = ENTRANTS.iter().filter(|_| !jobs.is_empty()).map(|entrant| entrant.peer);
    let peers = Peers::build(of_jobs.chain(parts.iter().flat_map(|part| part.peers.iter().copied())));
    if !jobs.is_empty() && arguments.counts_instructions {
        instructions::run(&peers, &jobs)?;
    } else if !jobs.is_empty() {
        data::run(&peers, &jobs, arguments.rounds)?;
    }
    parts.iter().try_for_each(|part| match part.count {
        Some(count) if arguments.counts_instructions => count(&peers),
        _ => (part.run)(&peers, arguments.rounds),
    })
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
    use super::{is_meant, run};

    #[test]
    fn what_has_no_instructions_to_count_says_so() {
        let refused = |words: [&str; 2]| run(&words.map(str::to_owned)).map_err(|error| error.to_string());
        assert_eq!(refused(["ticks", "--instructions"]), Err("there are no instructions to count in `ticks`, only times".into()));
        assert_eq!(refused(["tocks", "--instructions"]), Err("nothing is named `tocks`".into()));
    }

    #[test]
    fn a_whole_name_means_itself_alone() {
        assert!(is_meant("load1", "load1") && !is_meant("load100", "load1"));
        assert!(is_meant("load1", "load") && is_meant("load100", "load") && !is_meant("ticks", "load"));
        assert!(is_meant("ticks", ""));
    }
}
