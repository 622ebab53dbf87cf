//! A session that is cut, stalled, sliced and garbled on its way: what the program is told is what has happened.

use std::time::{Duration, Instant};

use aludel_driver_suite::proxy::{CREATE, Campaign, Dice, Ending, Fault, Place, Proxy, Side, Subject, is_full};
use aludel_engine::{Engine, PoolOptions};
use aludel_mysql::{MySql, Tls};
use aludel_sql::{ErrorKind, raw};

use crate::world::World;

/// What a connection that breaks may end in.
const BROKEN: &[ErrorKind] = &[ErrorKind::Connect, ErrorKind::Disconnected, ErrorKind::CommitUnknown];

/// What other bytes may end in: a row, a column's type, a flag or an error's code may be another one, which nobody can see.
const GARBLED: &[ErrorKind] = &[
    ErrorKind::Connect,
    ErrorKind::Disconnected,
    ErrorKind::CommitUnknown,
    ErrorKind::Protocol,
    ErrorKind::Timeout,
    ErrorKind::Data { column: None },
    ErrorKind::Usage,
];

/// Shorter than for users, so that many cases fit into a minute.
const SILENCE: Duration = Duration::from_millis(200);

struct Behind {
    world: World,
    outside: Engine,
    silence: Duration,
}

impl Behind {
    async fn new() -> Self {
        let world = World::new().await;
        let outside = world.engine();
        outside.execute(raw(CREATE)).await.expect("the table");
        Self { world, outside, silence: SILENCE }
    }

    fn with(&self, port: u16, options: PoolOptions) -> Engine {
        let mut location = self.world.location.clone();
        (location.host, location.port, location.tls) = ("127.0.0.1".to_owned(), port, Tls::Disabled);
        location.connect_timeout = Duration::from_secs(2);
        Engine::with_pool(MySql::new(location), options)
    }
}

impl Subject for Behind {
    fn server(&self) -> String {
        format!("{}:{}", self.world.location.host, self.world.location.port)
    }

    fn through(&self, port: u16) -> Engine {
        self.with(port, PoolOptions::default().size(1).silence(self.silence))
    }

    fn outside(&self) -> &Engine {
        &self.outside
    }

    fn tells(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn cut_anywhere() {
    let subject = Behind::new().await;
    let last = Place::last(&subject).await;
    let (seed, count) = (33_061, if is_full() { 1_000 } else { 60 });
    let mut dice = Dice::new(seed);
    let mut cut = |nth: usize| {
        let (side, length) = [(Side::Client, last.client), (Side::Server, last.server)][nth % 2];
        Fault::Cut(side, dice.below(length + 1), [Ending::Fin, Ending::Rst][nth / 2 % 2])
    };
    let faults = (0..count).map(&mut cut).collect();
    let campaign = Campaign { name: "mysql cuts", seed, bound: Duration::from_secs(5), kinds: BROKEN, honest: true };
    campaign.run(&subject, faults).await.check();
}

#[tokio::test]
async fn stalled() {
    let subject = Behind::new().await;
    let (last, step) = (Place::last(&subject).await, if is_full() { 3 } else { 97 });
    let mut faults = Vec::new();
    for (side, length) in [(Side::Client, last.client), (Side::Server, last.server)] {
        faults.extend((0..length).step_by(step).map(|bytes| Fault::Swallow(side, bytes)));
    }
    let kinds = &[ErrorKind::Timeout, ErrorKind::Disconnected, ErrorKind::CommitUnknown];
    let campaign = Campaign { name: "mysql stalls", seed: 0, bound: Duration::from_secs(5), kinds, honest: true };
    campaign.run(&subject, faults).await.check();
}

/// With the bounds that users have: a server that has gone costs five seconds, and one that is at work is waited for.
#[tokio::test]
async fn a_server_that_falls_silent_and_one_that_works_long() {
    let subject = Behind::new().await;
    let long = async {
        let proxy = Proxy::to(&subject.server(), Fault::None).await.expect("a port");
        raw("DO SLEEP(6)").execute(&subject.with(proxy.port(), PoolOptions::default())).await
    };
    let silent = async {
        let proxy = Proxy::to(&subject.server(), Fault::None).await.expect("a port");
        let engine = subject.with(proxy.port(), PoolOptions::default());
        raw("SELECT 1").one(&engine).await.expect("an answer");
        proxy.stall();
        let started = Instant::now();
        let error = raw("SELECT 1").one(&engine).await.expect_err("no answer");
        (error, started.elapsed())
    };
    let (long, (error, took)) = tokio::join!(long, silent);
    long.expect("it is at work");
    assert_eq!(*error.kind(), ErrorKind::Disconnected, "{error:?}");
    assert!(took < Duration::from_millis(5_500), "{took:?}");
}

#[tokio::test]
async fn sliced_and_delayed() {
    // What is slow only is not given up.
    let subject = Behind { silence: PoolOptions::default().silence, ..Behind::new().await };
    let campaign = Campaign { name: "mysql slices", seed: 0, bound: Duration::from_secs(20), kinds: &[], honest: true };
    let faults = (0..if is_full() { 50 } else { 4 }).flat_map(|ms| [Fault::Slice, Fault::Delay(Duration::from_millis(1 + ms % 20))]);
    campaign.run(&subject, faults.collect()).await.check();
}

#[tokio::test]
async fn garbled_bytes() {
    let subject = Behind::new().await;
    let last = Place::last(&subject).await;
    let (seed, count) = (20_264, if is_full() { 2_000 } else { 200 });
    let mut dice = Dice::new(seed);
    let mut garbled = || Fault::Garble(Side::Server, dice.below(last.server), u8::try_from(1 + dice.below(255)).unwrap_or(1));
    let faults = (0..count).map(|_| garbled()).collect();
    let campaign = Campaign { name: "mysql garbles", seed, bound: Duration::from_secs(5), kinds: GARBLED, honest: false };
    campaign.run(&subject, faults).await.check();
}
