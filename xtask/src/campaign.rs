//! `cargo xtask campaign NAME`: a campaign at its full size on all three databases, with the servers that it needs. Prints what
//! each part came to; a campaign without cases has failed, and so has one that misses a fault that was planted for it.

use crate::servers::{Servers, Wanted};
use crate::shell::{self, Outcome};

/// A campaign.
struct Campaign {
    name: &'static str,
    /// The tests of it, by a part of their names.
    tests: &'static str,
    /// What it consists of, on each database.
    parts: &'static [&'static str],
}

const CAMPAIGNS: &[Campaign] = &[Campaign { name: "cancel", tests: "cancel_campaign", parts: &["random", "points"] }];
/// As the reports call them.
const DATABASES: [&str; 3] = ["SQLite", "PostgreSQL", "MariaDB"];

/// Runs the campaign that the arguments name, with their seed if there is one.
///
/// # Errors
/// If there is no such campaign, a server cannot be had, anything was found, or anything has not run.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (name, rest) = arguments.split_first().ok_or_else(|| format!("a campaign has a name: {}", names()))?;
    let campaign = CAMPAIGNS.iter().find(|campaign| campaign.name == name.as_str());
    let campaign = campaign.ok_or_else(|| format!("there is no campaign `{name}`: {}", names()))?;
    let (seed, rest) = match rest {
        [word, seed, rest @ ..] if word == "--seed" => (Some(seed), rest),
        rest => (None, rest),
    };
    shell::heading("campaign: database servers");
    let servers = Servers::ready(Wanted::of(rest)?)?;
    shell::heading(&format!("campaign {name}"));
    let packages = ["--package", "aludel-sqlite", "--package", "aludel-postgres", "--package", "aludel-mysql"];
    let mut command = shell::cargo(&["test", "--no-fail-fast", "--test", "it"]);
    command.args(packages).args([campaign.tests, "--", "--nocapture", "--test-threads=1"]);
    command.env("ALUDEL_CAMPAIGN", "full").envs(servers.variables()).envs(seed.map(|seed| ("ALUDEL_SEED", seed)));
    let (lines, success) = shell::run_and_listen(&mut command)?;
    println!();
    let missing = summary(campaign, &lines);
    missing.iter().for_each(|missing| println!("{missing}: no case has run"));
    match success && missing.is_empty() {
        true => Ok(()),
        false => Err(format!("the campaign `{name}` has failed").into()),
    }
}

fn names() -> String {
    CAMPAIGNS.iter().map(|campaign| format!("`{}`", campaign.name)).collect::<Vec<_>>().join(", ")
}

/// Prints the reports, and returns the parts of which there is none with a case.
fn summary(campaign: &Campaign, lines: &[String]) -> Vec<String> {
    let planted = format!("planted {} ", campaign.name);
    lines.iter().filter_map(|line| line.find(&planted).map(|at| &line[at..])).for_each(|line| println!("{line}"));
    let mut missing = Vec::new();
    for database in DATABASES {
        for part in campaign.parts {
            let head = format!("campaign {} {database} {part}: ", campaign.name);
            let report = lines.iter().find_map(|line| line.find(&head).map(|at| &line[at..]));
            match report {
                Some(report) if !report[head.len()..].starts_with("0 cases") => println!("{report}"),
                _ => missing.push(head.trim_end_matches(": ").to_owned()),
            }
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::{CAMPAIGNS, summary};

    #[test]
    fn what_has_not_run_is_missing() {
        let lines = [
            "test campaign::cancel_campaign::random ... campaign cancel SQLite random: 12 cases, 3 dropped, 0.1 s, seed 1, 0 anomalies",
            "campaign cancel SQLite points: 0 cases, 0 dropped, 0.1 s, seed 1, 0 anomalies",
            "campaign cancel PostgreSQL random: 1 cases, 0 dropped, 0.1 s, seed 1, 0 anomalies",
            "campaign cancel PostgreSQL points: 10 cases, 0 dropped, 0.1 s, seed 1, 0 anomalies",
            "campaign cancel MariaDB random: 10 cases, 0 dropped, 0.1 s, seed 1, 0 anomalies",
        ];
        let missing = summary(&CAMPAIGNS[0], &lines.map(str::to_owned));
        assert_eq!(missing, ["campaign cancel SQLite points", "campaign cancel MariaDB points"]);
    }
}
