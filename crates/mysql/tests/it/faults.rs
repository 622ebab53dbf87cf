//! A session that is cut, stalled, sliced and garbled on its way: what the program is told is what has happened.

use std::time::Duration;

use aludel_driver_suite::proxy::{
    BROKEN, CREATE, Campaign, Ending, Fault, Place, SILENCE, Side, Subject, Tells, answers, garbles, lies, silent, slices, stalls,
};
use aludel_driver_suite::{Dice, is_full, seed_or};
use aludel_engine::{Engine, PoolOptions};
use aludel_mysql::{MySql, Tls};
use aludel_sql::raw;

use crate::lies::{boundaries, lie};
use crate::world::World;

struct Behind {
    world: World,
    outside: Engine,
    silence: Duration,
    /// Whether transactions leave a row.
    tokens: bool,
}

impl Behind {
    async fn new() -> Self {
        let world = World::new().await;
        let outside = world.engine();
        outside.execute(raw(CREATE)).await.expect("the table");
        Self { world, outside, silence: SILENCE, tokens: false }
    }

    fn with(&self, port: u16, options: PoolOptions) -> Engine {
        let mut location = self.world.location.clone();
        (location.host, location.port, location.tls) = ("127.0.0.1".to_owned(), port, Tls::Disabled);
        location.connect_timeout = Duration::from_secs(2);
        Engine::with_pool(MySql::new(location), options)
    }
}

impl Subject for Behind {
    const NAME: &'static str = "MariaDB";

    fn server(&self) -> String {
        format!("{}:{}", self.world.location.host, self.world.location.port)
    }

    fn through(&self, port: u16) -> Engine {
        let options = PoolOptions::default().size(1).silence(self.silence);
        self.with(port, if self.tokens { options.commit_tokens() } else { options })
    }

    fn outside(&self) -> &Engine {
        &self.outside
    }

    fn tells(&self) -> Tells {
        Tells { transactions: self.tokens, single: self.tokens }
    }
}

#[tokio::test]
async fn cut_anywhere() {
    cut("cuts", Behind::new().await).await;
}

/// Transactions that leave a row: what became of each is told.
#[tokio::test]
async fn cut_anywhere_with_tokens() {
    cut("cuts with tokens", Behind { tokens: true, ..Behind::new().await }).await;
}

/// The answer to a COMMIT is cut off, or the COMMIT itself.
#[tokio::test]
async fn cut_at_the_commit_with_tokens() {
    let subject = Behind { tokens: true, ..Behind::new().await };
    let last = Place::last(&subject).await;
    let mut faults: Vec<_> = (0..14).map(|bytes| Fault::Cut(Side::Server, last.server - bytes, Ending::Fin)).collect();
    faults.extend((0..14).map(|bytes| Fault::Cut(Side::Client, last.client - bytes, Ending::Rst)));
    let campaign = Campaign { name: "commits with tokens", seed: 0, bound: Duration::from_secs(5), kinds: BROKEN, honest: true };
    campaign.run(&subject, faults).await.check();
}

async fn cut(name: &'static str, subject: Behind) {
    let last = Place::last(&subject).await;
    let (seed, count) = (seed_or(33_061), if is_full() { 1_000 } else { 60 });
    let mut dice = Dice::new(seed);
    let mut cut = |nth: usize| {
        let (side, length) = [(Side::Client, last.client), (Side::Server, last.server)][nth % 2];
        Fault::Cut(side, dice.below(length + 1), [Ending::Fin, Ending::Rst][nth / 2 % 2])
    };
    let faults = (0..count).map(&mut cut).collect();
    let campaign = Campaign { name, seed, bound: Duration::from_secs(5), kinds: BROKEN, honest: true };
    campaign.run(&subject, faults).await.check();
}

#[tokio::test]
async fn stalled() {
    stalls(&Behind::new().await).await.check();
}

#[tokio::test]
async fn a_server_that_falls_silent_and_one_that_works_long() {
    let subject = Behind::new().await;
    silent(&subject, |port| subject.with(port, PoolOptions::default()), "DO SLEEP(6)").await;
}

#[tokio::test]
async fn sliced_and_delayed() {
    // What is slow only is not given up.
    let subject = Behind { silence: PoolOptions::default().silence, ..Behind::new().await };
    slices(&subject).await.check();
}

#[tokio::test]
async fn garbled_bytes() {
    garbles(&Behind::new().await).await.check();
}

#[tokio::test]
async fn a_server_that_lies() {
    let subject = Behind::new().await;
    let mut places = boundaries(&answers(&subject).await);
    // A COMMIT that is said to be done, and is not, is believed: one packet says so here, and nothing contradicts it.
    places.pop();
    assert!(places.len() > 10, "the places of its words are known: {places:?}");
    lies(&subject, |dice| lie(&places, dice)).await.check();
}
