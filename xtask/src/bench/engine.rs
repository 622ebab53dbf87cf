//! The engine's bounds: plain values against the bare driver of each database, and on PostgreSQL against the libraries that others
//! use; and what statements cost that go out together.

use std::path::Path;
use std::process::Command;

use super::callgrind;
use super::instructions::per_iteration;
use super::jobs::{Contest, ENGINE_JOBS, Entrant, Job, ON_POSTGRES, ON_SQLITE};
use super::peer::{self, Peer, Peers};
use super::pipeline;
use super::statistics::Sample;
use super::table::{self, Table};
use super::turns::{Runner, is_undecided, measure, ratio};
use crate::servers::Servers;
use crate::shell::{self, Outcome};

/// The folders in `bench/` of all programs.
pub(crate) const PEERS: [&str; 6] = ["rusqlite", "aludel", "tokio-postgres", "diesel-postgres", "sqlx", "sea-orm"];

/// Measures times on both databases, and round trips, and prints the tables.
///
/// # Errors
/// If there is no server, a peer was not built or fails, or peers disagree on a checksum.
pub(crate) fn run(peers: &Peers, rounds: usize) -> Outcome {
    shell::heading("bench: the engine's server");
    let (_servers, url) = Servers::postgres()?;
    let mut table = Table::new(&["job", "store", "entrant", "median", "p10 – p90", "against", "ratio", "bound", "verdict", "rounds"]);
    let mut are_decided = true;
    for (contest, url) in [(&ON_SQLITE, None), (&ON_POSTGRES, Some(&*url))] {
        let mut runners = start(peers, (contest, url))?;
        for job in ENGINE_JOBS {
            let bounds = (contest.bounds)(job);
            for store in contest.stores {
                println!("    {} on {store}", job.name);
                measure(&mut runners, (job, store), (rounds, &bounds))?;
                are_decided &= !is_undecided(&runners, &bounds);
                add_rows(&mut table, &runners, (contest, job, store));
            }
        }
    }
    shell::heading("bench: time per iteration through the engine");
    table.print();
    if !are_decided {
        println!("where the times scatter too much, `cargo xtask bench engine --instructions` decides");
    }
    pipeline::run(address(&url)?, |port| {
        let near = with_port(&url, port)?;
        on_server(&ON_POSTGRES.entrants[ON_POSTGRES.entrants.len() - 1], (peers, &near))
    })
}

/// Counts instructions on both databases, of the program alone and not of the server, and prints the table.
///
/// # Errors
/// As [`run`], and if valgrind is not installed.
pub(crate) fn count(peers: &Peers) -> Outcome {
    callgrind::required()?;
    shell::heading("bench: the engine's server");
    let (_servers, url) = Servers::postgres()?;
    shell::heading("bench: count the engine's instructions (slow)");
    let mut table = Table::new(&["job", "store", "entrant", "instructions", "against", "ratio", "bound", "verdict"]);
    for (contest, url) in [(&ON_SQLITE, None), (&ON_POSTGRES, Some(&*url))] {
        for (job, store) in ENGINE_JOBS.iter().flat_map(|job| contest.stores.iter().map(move |store| (job, store))) {
            println!("    {} on {store}", job.name);
            let counts = contest.entrants.iter().map(|entrant| {
                let rest = url.map_or(Vec::new(), |url| server_arguments(entrant, url));
                per_iteration((peers.required(entrant.peer)?, &rest), entrant, (job, store))
            });
            let counts = counts.collect::<Outcome<Vec<f64>>>()?;
            for (place, (entrant, count)) in contest.entrants.iter().zip(&counts).enumerate() {
                let cells = |against: &str, judged: [String; 3]| {
                    let mut row = vec![job.name.into(), store.to_string(), entrant.name.into(), format!("{count:.0}"), against.into()];
                    row.extend(judged);
                    row
                };
                let bounds: Vec<_> = (contest.bounds)(job).into_iter().filter(|bound| bound.of == place).collect();
                if bounds.is_empty() {
                    table.row(cells(contest.entrants[0].name, callgrind::judged(count / counts[0], None)));
                }
                for bound in bounds {
                    let judged = callgrind::judged(count / counts[bound.against], Some(bound.most));
                    table.row(cells(contest.entrants[bound.against].name, judged));
                }
            }
        }
    }
    shell::heading("bench: instructions per iteration through the engine");
    table.print();
    Ok(())
}

fn start(peers: &Peers, (contest, url): (&'static Contest, Option<&str>)) -> Outcome<Vec<Runner>> {
    let mut runners = Vec::new();
    for entrant in contest.entrants {
        let mut peer = match url {
            Some(url) => on_server(entrant, (peers, url))?,
            None => Peer::start(Command::new(peers.required(entrant.peer)?).arg(folder(entrant)?))?,
        };
        println!("    {}: version {}", entrant.name, peer.version()?);
        runners.push(Runner { entrant, peer, sample: Sample::default() });
    }
    Ok(runners)
}

fn folder(entrant: &Entrant) -> Outcome<std::path::PathBuf> {
    peer::data_folder(&format!("engine-{}", entrant.peer))
}

fn on_server(entrant: &Entrant, (peers, url): (&Peers, &str)) -> Outcome<Peer> {
    let program: &Path = peers.required(entrant.peer)?;
    Peer::start(Command::new(program).arg(folder(entrant)?).args(server_arguments(entrant, url)))
}

/// The URL for a peer, and the name of its schema, in which its tables are. Nobody waits for the disk: that would be most of
/// what an insert takes, and the same for all.
fn server_arguments(entrant: &Entrant, url: &str) -> Vec<String> {
    let schema = format!("bench_{}_{}", entrant.peer.replace('-', "_"), std::process::id());
    let and = if url.contains('?') { '&' } else { '?' };
    let options = format!("-c%20search_path%3D{schema}%20-c%20synchronous_commit%3Doff");
    vec![format!("{url}{and}sslmode=disable&options={options}"), schema]
}

/// The host and the port of a URL.
fn address(url: &str) -> Outcome<String> {
    let rest = url.split_once("://").ok_or("a URL without a scheme")?.1;
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    Ok(if host.contains(':') { host.to_owned() } else { format!("{host}:5432") })
}

/// The URL with another port on this machine.
fn with_port(url: &str, port: u16) -> Outcome<String> {
    let address = address(url)?;
    let host = address.trim_end_matches(":5432");
    let written = if url.contains(&address) { &*address } else { host };
    Ok(url.replacen(written, &format!("127.0.0.1:{port}"), 1))
}

fn add_rows(table: &mut Table, runners: &[Runner], (contest, job, store): (&Contest, &Job, &str)) {
    for (place, runner) in runners.iter().enumerate() {
        let Runner { entrant, sample, .. } = runner;
        let row = |against: &str, judged: [String; 3]| {
            let mut row =
                vec![job.name.into(), store.into(), entrant.name.into(), table::time(sample.median()), table::times_spread(sample)];
            row.push(against.into());
            row.extend(judged);
            row.push(sample.len().to_string());
            row
        };
        let bounds: Vec<_> = (contest.bounds)(job).into_iter().filter(|bound| bound.of == place).collect();
        if bounds.is_empty() {
            let shown = table::ratio(&sample.ratio_to(&runners[0].sample));
            table.row(row(runners[0].entrant.name, [shown, String::new(), String::new()]));
        }
        for bound in bounds {
            let found = ratio(runners, &bound);
            let judged = [table::ratio(&found), table::bound(bound.most), table::verdict(&found, bound.most).into()];
            table.row(row(runners[bound.against].entrant.name, judged));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{address, with_port};

    #[test]
    fn the_port_of_a_url_is_another() {
        let through = |url: &str| with_port(url, 7).ok();
        assert_eq!(through("postgres://me@there:6543/db?a=b").as_deref(), Some("postgres://me@127.0.0.1:7/db?a=b"));
        assert_eq!(through("postgres://me:word@there/db").as_deref(), Some("postgres://me:word@127.0.0.1:7/db"));
        assert_eq!(address("postgres://127.0.0.1:5432/db").ok().as_deref(), Some("127.0.0.1:5432"));
    }
}
