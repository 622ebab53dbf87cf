//! The campaigns that are the same for every server: it falls silent, is slow, garbles, lies.

use std::time::{Duration, Instant};

use aludel_engine::Engine;
use aludel_sql::{ErrorKind, raw};

use super::campaign::{Campaign, Place, Subject};
use super::fault::{Ending, Fault, Side};
use super::listen::Proxy;
use super::memory::Memory;
use crate::dice::Dice;
use crate::report::Report;
use crate::size::{is_full, seed_or};

/// What a connection that breaks may end in.
pub const BROKEN: &[ErrorKind] = &[ErrorKind::Connect, ErrorKind::Disconnected, ErrorKind::CommitUnknown];

/// What other bytes may end in: a row, a column's type, a flag, an error's code or the word on the transaction may be another
/// one, which nobody can see.
const GARBLED: &[ErrorKind] = &[
    ErrorKind::Connect,
    ErrorKind::Disconnected,
    ErrorKind::CommitUnknown,
    ErrorKind::Protocol,
    ErrorKind::Timeout,
    ErrorKind::Data { column: None },
    ErrorKind::Usage,
];

/// What a lie may end in: the server may also ask for what it does not get, as a file of this machine.
const LIED: &[ErrorKind] = &[
    ErrorKind::Connect,
    ErrorKind::Disconnected,
    ErrorKind::CommitUnknown,
    ErrorKind::Protocol,
    ErrorKind::Timeout,
    ErrorKind::Data { column: None },
    ErrorKind::Usage,
    ErrorKind::Unsupported,
];

/// How long a server may say nothing here: shorter than for users, so that many cases fit into a minute.
pub const SILENCE: Duration = Duration::from_millis(200);

/// Longer than it takes to give up a server that says nothing; it would go on saying nothing for good.
const GIVEN_UP: Duration = Duration::from_secs(30);

/// By how much the memory of the process may grow: eight floods at once are worth a fifth of it, however late they are let go of,
/// and a length of 1 GiB that is believed is twice as much.
const MEMORY: u64 = 512 << 20;

/// Cut after every byte of each direction, in each way; at the smaller size after some of them.
pub async fn cuts_everywhere(subject: &impl Subject) -> Report {
    let last = Place::last(subject).await;
    let (seed, is_planted) = (seed_or(33_061), subject.fault().is_some());
    // What is planted is looked for until it is found.
    let every = is_full() || is_planted;
    let mut faults = Vec::new();
    for (side, length) in [(Side::Client, last.client), (Side::Server, last.server)] {
        for (nth, bytes) in (0..=length).step_by(if every { 1 } else { 17 }).enumerate() {
            let endings = [Ending::Fin, Ending::Rst];
            let endings = if every { &endings[..] } else { &endings[nth % 2..][..1] };
            faults.extend(endings.iter().map(|ending| Fault::Cut(side, bytes, *ending)));
        }
    }
    // And is found sooner in no order.
    if is_planted {
        Dice::new(seed).shuffle(&mut faults);
    }
    Campaign { seed, ..Campaign::of("cuts", BROKEN) }.run(subject, faults).await
}

/// Cut at random points.
pub async fn cuts(subject: &impl Subject, name: &'static str) -> Report {
    let last = Place::last(subject).await;
    let (seed, count) = (seed_or(33_061), if is_full() || subject.fault().is_some() { 1_000 } else { 60 });
    let mut dice = Dice::new(seed);
    let mut cut = |nth: usize| {
        let (side, length) = [(Side::Client, last.client), (Side::Server, last.server)][nth % 2];
        Fault::Cut(side, dice.below(length + 1), [Ending::Fin, Ending::Rst][nth / 2 % 2])
    };
    let faults = (0..count).map(&mut cut).collect();
    Campaign { seed, ..Campaign::of(name, BROKEN) }.run(subject, faults).await
}

/// Swallowed after every so many bytes, and for good: an error all the same, and soon.
pub async fn stalls(subject: &impl Subject) -> Report {
    let (last, step) = (Place::last(subject).await, if is_full() { 3 } else { 97 });
    let mut faults = Vec::new();
    for (side, length) in [(Side::Client, last.client), (Side::Server, last.server)] {
        faults.extend((0..length).step_by(step).map(|bytes| Fault::Swallow(side, bytes)));
    }
    let kinds = &[ErrorKind::Timeout, ErrorKind::Disconnected, ErrorKind::CommitUnknown];
    Campaign::of("stalls", kinds).run(subject, faults).await
}

/// With the bounds that users have: a server that has gone is given up, and one that is at work is waited for. `engine`
/// makes an engine that goes to a port, `long` is a statement that takes six seconds.
pub async fn silent<S: Subject>(subject: &S, engine: impl Fn(u16) -> Engine, long: &'static str) -> Report {
    let started = Instant::now();
    let behind = async || {
        let proxy = Proxy::to(&subject.server(), Fault::None).await.expect("a port");
        let engine = engine(proxy.port());
        if let Some(fault) = subject.fault() {
            engine.plant(fault);
        }
        (proxy, engine)
    };
    let works = async {
        let (_proxy, engine) = behind().await;
        let error = raw(long).execute(&engine).await.err()?;
        Some(format!("a server that was at work was not waited for: {error:?}"))
    };
    let silent = async {
        let (proxy, engine) = behind().await;
        raw("SELECT 1").one(&engine).await.expect("an answer");
        proxy.stall();
        match tokio::time::timeout(GIVEN_UP, raw("SELECT 1").one(&engine)).await {
            Ok(Err(error)) if *error.kind() == ErrorKind::Disconnected => None,
            Ok(told) => Some(format!("of a server that has gone this was told: {told:?}")),
            Err(_elapsed) => Some(format!("a server that has gone is not given up within {GIVEN_UP:?}")),
        }
    };
    let (works, silent) = tokio::join!(works, silent);
    Report {
        campaign: "proxy",
        part: format!("{} silence", S::NAME),
        cases: 2,
        took: started.elapsed(),
        seed: 0,
        told: "one at work, one silent".to_owned(),
        anomalies: works.into_iter().chain(silent).collect(),
    }
}

/// In single bytes, and late. The subject gives nothing up that is slow only.
pub async fn slices(subject: &impl Subject) -> Report {
    let campaign = Campaign { bound: Duration::from_secs(20), ..Campaign::of("slices", &[]) };
    let faults = (0..if is_full() { 50 } else { 4 }).flat_map(|ms| [Fault::Slice, Fault::Delay(Duration::from_millis(1 + ms % 20))]);
    campaign.run(subject, faults.collect()).await
}

/// One byte of the server's is another one.
pub async fn garbles(subject: &impl Subject) -> Report {
    let last = Place::last(subject).await;
    let (seed, count) = (seed_or(20_264), if is_full() { 2_000 } else { 200 });
    let mut dice = Dice::new(seed);
    let mut garbled = || Fault::Garble(Side::Server, dice.below(last.server), u8::try_from(1 + dice.below(255)).unwrap_or(1));
    let faults = (0..count).map(|_| garbled()).collect();
    Campaign { seed, honest: false, ..Campaign::of("garbles", GARBLED) }.run(subject, faults).await
}

/// The server says something hostile instead of one of its messages, once or many times over, and then nothing more. `lie`
/// makes the fault of each case. Nor is more memory taken than such messages are worth.
pub async fn lies(subject: &impl Subject, mut lie: impl FnMut(&mut Dice) -> Fault) -> Report {
    let (seed, is_planted) = (seed_or(40_417), subject.fault().is_some());
    // What is planted is seen soon, and costs much.
    let count = if is_planted {
        20
    } else if is_full() {
        2_000
    } else {
        160
    };
    let mut dice = Dice::new(seed);
    let faults: Vec<_> = (0..count).map(|_| lie(&mut dice)).collect();
    let memory = Memory::begin();
    let mut report = Campaign { seed, honest: false, ..Campaign::of("lies", LIED) }.run(subject, faults).await;
    let grown = memory.grown();
    report.told += &format!(", {} MiB at most", grown >> 20);
    if grown > MEMORY {
        report.anomalies.push(format!("{} MiB were taken for what a server says that lies", grown >> 20));
    }
    report
}
