//! The list of the campaigns, and how one is run.
//! A further one is a file beside this one, and a row of `CAMPAIGNS`.

use std::time::Instant;

use super::cancel::CANCEL;
use super::kind::Campaign;
use super::outage::{FAILOVER, KILL, REPLICAS, RESTART};
use super::proxy::PROXY;
use crate::servers::{Servers, Wanted};
use crate::shell::{self, Outcome};

const CAMPAIGNS: &[Campaign] = &[CANCEL, PROXY, KILL, RESTART, FAILOVER, REPLICAS];

/// The tests of faults that are planted on purpose, among those of a campaign.
const PLANTED: &str = "planted";
/// So many of them are found by a campaign on each database.
const AT_LEAST: usize = 5;

/// Runs the campaign that the arguments name, with the servers that it needs.
///
/// # Errors
/// If there is no such campaign, a server cannot be had, a test fails, or no case was tried.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (name, rest) = arguments.split_first().ok_or_else(|| format!("which campaign? There are: {}", names()))?;
    let campaign = CAMPAIGNS.iter().find(|campaign| campaign.name == name);
    let campaign = campaign.ok_or_else(|| format!("unknown campaign `{name}`; there are: {}", names()))?;
    let (seed, rest) = match rest.iter().position(|word| word == "--seed") {
        Some(at) => (Some(rest.get(at + 1).ok_or("`--seed` needs a number")?), [&rest[..at], &rest[at + 2..]].concat()),
        None => (None, rest.to_vec()),
    };
    shell::heading("campaign: database servers");
    let servers = Servers::ready(Wanted::of(&rest)?)?;
    shell::heading(&format!("campaign {name}"));
    let started = Instant::now();
    let tests = |filter: &str, others: &[&str]| {
        let mut command = shell::cargo(&["test", "--no-fail-fast", "--test", "it"]);
        command.args(campaign.packages.iter().flat_map(|package| ["--package", package]));
        command.args([filter, "--", "--nocapture", "--test-threads=1"]).args(others);
        command.env("ALUDEL_CAMPAIGN", "full").envs(servers.variables()).envs(seed.map(|seed| ("ALUDEL_SEED", seed)));
        shell::run_and_listen(&mut command)
    };
    // One that misses what is planted on purpose finds nothing else either.
    let planted = format!("{}::{PLANTED}", campaign.filter);
    let (lines, success) = tests(&planted, &[])?;
    let found = found(campaign, &lines);
    println!("\ncampaign {name}: {found} planted faults found, {} seconds", started.elapsed().as_secs());
    if !success || found < AT_LEAST * campaign.packages.len() {
        return Err(format!("the campaign `{name}` has missed faults that were planted for it, or too few were").into());
    }
    let (lines, success) = tests(&format!("{}::", campaign.filter), &["--skip", &planted])?;
    let sum = Sum::of(&lines);
    println!("\ncampaign {name}: {} cases, {} seconds, {} anomalies", sum.cases, started.elapsed().as_secs(), sum.anomalies);
    if let Some(missing) = missing(campaign, &lines) {
        return Err(format!("of the campaign `{name}` no case has run of: {missing}").into());
    }
    match (success, sum) {
        (true, Sum { cases: 0, .. }) => Err(format!("the campaign `{name}` has tried nothing").into()),
        (true, Sum { anomalies: 0, .. }) => Ok(()),
        _ => Err(format!("the campaign `{name}` has failed").into()),
    }
}

/// The names of all campaigns, for who asks for none of them.
pub(crate) fn names() -> String {
    CAMPAIGNS.iter().map(|campaign| campaign.name).collect::<Vec<_>>().join(", ")
}

/// How many planted faults were found.
fn found(campaign: &Campaign, lines: &[String]) -> usize {
    let head = format!("{PLANTED} {} ", campaign.name);
    lines.iter().filter(|line| line.split_once(&head).is_some_and(|(_, told)| told.contains(", found: "))).count()
}

/// A part of the campaign of which there is no report, or one without a case.
fn missing(campaign: &Campaign, lines: &[String]) -> Option<&'static str> {
    let has_run = |part: &str| {
        let head = format!("campaign {} {part}: ", campaign.name);
        lines.iter().any(|line| line.split_once(&head).is_some_and(|(_, report)| !report.starts_with("0 cases")))
    };
    campaign.parts.iter().copied().find(|part| !has_run(part))
}

/// What the lines of all tests say together: `campaign proxy PostgreSQL cuts: 116 cases, 1.1 seconds, seed 0, 0 anomalies; ..`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    cases: usize,
    anomalies: usize,
}

impl Sum {
    fn of(lines: &[String]) -> Self {
        let mut sum = Self::default();
        for line in lines {
            // The name of the test may stand before it.
            let Some((_, told)) = line.split_once("campaign ").and_then(|(_, rest)| rest.split_once(": ")) else { continue };
            for part in told.split([',', ';']) {
                let Some((count, word)) = part.trim().split_once(' ') else { continue };
                match (count.parse::<usize>(), word) {
                    (Ok(count), "cases") => sum.cases += count,
                    (Ok(count), "anomalies") => sum.anomalies += count,
                    _ => {}
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::{CANCEL, Sum, found, missing};

    #[test]
    fn what_was_planted_is_found_or_not() {
        let lines = [
            "test it ... planted cancel SQLite random and points NotAsked: 0.1 s, after 3 cases, found: something",
            "planted cancel SQLite random and points NotReset: 0.1 s, after 3 cases, NOT FOUND",
            "planted kill PostgreSQL NotAsked: 0.1 s, after 3 cases, found: something",
        ];
        assert_eq!(found(&CANCEL, &lines.map(str::to_owned)), 1);
    }

    #[test]
    fn what_has_not_run_is_missing() {
        let mut lines: Vec<_> = CANCEL
            .parts
            .iter()
            .map(|part| format!("test a ... campaign cancel {part}: 12 cases, 0.1 seconds, seed 7, 0 anomalies; 3 dropped"))
            .collect();
        assert_eq!(missing(&CANCEL, &lines), None);
        lines[1] = lines[1].replace("12", "0");
        assert_eq!(missing(&CANCEL, &lines), Some("SQLite points"));
        assert_eq!(missing(&CANCEL, &[]), Some("SQLite random"));
    }

    #[test]
    fn the_lines_of_all_tests_are_summed() {
        let lines = [
            "running 2 tests",
            "test a ... campaign proxy PostgreSQL cuts: 116 cases, 1.1 seconds, seed 0, 2 anomalies; ConnectError 44",
            "campaign b: 3 cases, 0.1 seconds, seed 7, 0 anomalies;",
            "test result: ok. 2 passed",
        ];
        let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(Sum::of(&lines), Sum { cases: 119, anomalies: 2 });
        assert_eq!(Sum::of(&[]), Sum::default());
    }
}
