//! `Campaign`: the script, run through proxies with a fault in each, many at once; and what came of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use aludel_engine::{Engine, Fault as Planted};
use aludel_sql::ErrorKind;
use futures_util::stream::{self, StreamExt};

use super::fault::{Ending, Fault};
use super::listen::Proxy;
use super::script::{Told, ask_again, work};
use super::verdict::{Judges, Tells, judge, misnamed};
use crate::report::Report;

/// So many cases run at once.
const AT_ONCE: usize = 8;
/// How long a case may take, and who asks after it.
const BOUND: Duration = Duration::from_secs(5);
/// Longer than a proxy takes to read what lies before it, on the slowest machine.
const HEARD: Duration = Duration::from_secs(5);

/// A database that is tried.
pub trait Subject: Sync {
    /// What reports call the database.
    const NAME: &'static str;

    /// Where the server is, `host:port`.
    fn server(&self) -> String;

    /// An engine of one connection that goes to this port of this machine, without encryption.
    fn through(&self, port: u16) -> Engine;

    /// An engine that goes to the server itself.
    fn outside(&self) -> &Engine;

    /// Of which commits the database tells what became.
    fn tells(&self) -> Tells;

    /// What is wrong with its engines on purpose, and is to be found.
    fn fault(&self) -> Option<Planted> {
        None
    }
}

/// The faults that are tried, and what is allowed to come of them.
#[derive(Clone, Copy, Debug)]
pub struct Campaign<'c> {
    /// What it is called.
    pub name: &'static str,
    /// What the random numbers began with, if there are any.
    pub seed: u64,
    /// How long a case may take.
    pub bound: Duration,
    /// Which errors it may end in.
    pub kinds: &'c [ErrorKind],
    /// Whether the server's words arrive as they are, so that a wrong row is ours.
    pub honest: bool,
}

impl<'c> Campaign<'c> {
    /// One in which every word arrives as it was said, and which may end in these kinds of errors.
    pub fn of(name: &'static str, kinds: &'c [ErrorKind]) -> Self {
        Self { name, seed: 0, bound: BOUND, kinds, honest: true }
    }
}

/// How long the script is, in bytes of each direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the engine says.
    pub client: usize,
    /// What the server says.
    pub server: usize,
}

struct Case {
    kind: &'static str,
    anomaly: Option<String>,
}

impl Place {
    /// Runs the script without a fault, to see how long it is.
    ///
    /// # Panics
    /// If it fails.
    pub async fn last(subject: &impl Subject) -> Self {
        // The first run makes tables, which no later one does.
        answers(subject).await;
        let proxy = Proxy::to(&subject.server(), Fault::None).await.expect("a port");
        let told = work(&subject.through(proxy.port()), next()).await;
        assert!(matches!(told, Told::Committed), "{told:?}");
        let (client, server) = proxy.bytes();
        Self { client, server }
    }
}

/// Runs the script without a fault, for what the server says in it.
///
/// # Panics
/// If it fails.
pub async fn answers(subject: &impl Subject) -> Vec<u8> {
    let proxy = Proxy::to(&subject.server(), Fault::None).await.expect("a port");
    let told = work(&subject.through(proxy.port()), next()).await;
    assert!(matches!(told, Told::Committed), "{told:?}");
    proxy.answers()
}

impl Campaign<'_> {
    /// Runs the script once for each fault.
    pub async fn run<S: Subject>(&self, subject: &S, faults: Vec<Fault>) -> Report {
        let started = Instant::now();
        let (mut kinds, mut anomalies) = (BTreeMap::new(), Vec::new());
        let mut running = stream::iter(faults).map(|fault| self.case(subject, fault)).buffer_unordered(AT_ONCE);
        while let Some(case) = running.next().await {
            *kinds.entry(case.kind).or_insert(0) += 1;
            anomalies.extend(case.anomaly);
            // With a fault that was planted, the first anomaly is enough.
            if subject.fault().is_some() && !anomalies.is_empty() {
                break;
            }
        }
        let cases = kinds.values().sum();
        if !self.kinds.is_empty() && kinds.keys().eq(&["acknowledged"]) {
            anomalies.push("no fault has struck: each case was acknowledged".to_owned());
        }
        let told: Vec<_> = kinds.iter().map(|(kind, times): (&&str, &usize)| format!("{kind} {times}")).collect();
        Report {
            campaign: "proxy",
            part: format!("{} {}", S::NAME, self.name),
            cases,
            took: started.elapsed(),
            seed: self.seed,
            told: told.join(", "),
            anomalies,
        }
    }

    async fn case(&self, subject: &impl Subject, fault: Fault) -> Case {
        let (nth, proxy) = (next(), Proxy::to(&subject.server(), fault).await.expect("a port"));
        let engine = subject.through(proxy.port());
        if let Some(fault) = subject.fault() {
            engine.plant(fault);
        }
        let told = match tokio::time::timeout(self.bound, work(&engine, nth)).await {
            Ok(told) => told,
            Err(_elapsed) => return Case { kind: "hung", anomaly: Some(format!("{fault:?}: no end within {:?}", self.bound)) },
        };
        let wrong = match &told {
            Told::Wrong(steps) if self.honest => Some(format!("the rows {steps:?} were read")),
            _ => None,
        };
        let kind = match (&told, told.error()) {
            (_, Some(error)) => error.kind().name(),
            (Told::Wrong(_), None) => "wrong",
            (_, None) => "acknowledged",
        };
        let class = misnamed(&told, self.kinds);
        // A garbled handshake may have agreed on compression, under which no word is to be seen; and of what is said while it is cut
        // at once, nothing is heard.
        let hears = self.honest && !matches!(fault, Fault::Cut(_, _, Ending::Rst));
        let asks = matches!(&told, Told::Failed(error) if *error.kind() == ErrorKind::CommitUnknown);
        let sent = !hears || (asks && is_heard(&proxy, "COMMIT").await);
        let judges = Judges { asked: &engine, outside: subject.outside(), honest: self.honest };
        let verdict = judge(judges, nth, (&told, sent, subject.tells())).await;
        let verdict = verdict.unwrap_or_else(|error| Some(format!("nobody can look from outside: {error:?}")));
        let anomaly = match verdict.or(class).or(wrong) {
            None => self.next_one(&engine, &told).await,
            anomaly => anomaly,
        };
        Case { kind, anomaly: anomaly.map(|anomaly| format!("{fault:?}: {anomaly}")) }
    }

    /// What is wrong with the answer to the next one who asks: no connection that broke is lent again, and none is missing.
    async fn next_one(&self, engine: &Engine, told: &Told) -> Option<String> {
        let forgives = told.error().is_none() || !self.honest;
        match tokio::time::timeout(self.bound, ask_again(engine, forgives)).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{told:?} was told, and to the next one who asks {error:?}")),
            Err(_elapsed) => Some(format!("{told:?} was told, and to the next one who asks nothing within {:?}", self.bound)),
        }
    }
}

/// Whether the proxy has heard a word that was said by now; what lies before it is waited for.
async fn is_heard(proxy: &Proxy, word: &str) -> bool {
    let started = Instant::now();
    while !proxy.has_heard(word) {
        if started.elapsed() > HEARD {
            return false;
        }
        // tidy: condition, the pause between two looks at it
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    true
}

/// A number that no other run has.
fn next() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
