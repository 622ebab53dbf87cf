//! A session that is cut, stalled, sliced and garbled on its way, at every byte: what the program is told is what has happened.

use std::time::Duration;

use aludel_driver_suite::is_full;
use aludel_driver_suite::proxy::{
    BROKEN, CREATE, Campaign, Ending, Fault, Place, SILENCE, Side, Subject, Tells, answers, garbles, lies, silent, slices, stalls,
};
use aludel_engine::{Engine, PoolOptions};
use aludel_postgres::Postgres;
use aludel_sql::raw;

use crate::lies::{boundaries, lie};
use crate::world::{World, server};

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
        let url = self.world.url().replacen(&self.server(), &format!("127.0.0.1:{port}"), 1) + "&sslmode=disable&connect_timeout=2";
        Engine::with_pool(Postgres::from_url(&url).expect("a URL"), options)
    }
}

impl Subject for Behind {
    const NAME: &'static str = "PostgreSQL";

    fn server(&self) -> String {
        let url = server();
        url.rsplit_once('@').and_then(|(_, rest)| rest.split_once('/')).expect("a host").0.to_owned()
    }

    fn through(&self, port: u16) -> Engine {
        self.with(port, PoolOptions::default().size(1).silence(self.silence))
    }

    fn outside(&self) -> &Engine {
        &self.outside
    }

    fn tells(&self) -> Tells {
        Tells { transactions: true, single: false }
    }
}

#[tokio::test]
async fn cut_after_every_byte() {
    let subject = Behind::new().await;
    let (last, step) = (Place::last(&subject).await, if is_full() { 1 } else { 17 });
    let mut faults = Vec::new();
    for (side, length) in [(Side::Client, last.client), (Side::Server, last.server)] {
        for (nth, bytes) in (0..=length).step_by(step).enumerate() {
            let endings = [Ending::Fin, Ending::Rst];
            let endings = if is_full() { &endings[..] } else { &endings[nth % 2..][..1] };
            faults.extend(endings.iter().map(|ending| Fault::Cut(side, bytes, *ending)));
        }
    }
    let campaign = Campaign { name: "cuts", seed: 0, bound: Duration::from_secs(5), kinds: BROKEN, honest: true };
    campaign.run(&subject, faults).await.check();
}

#[tokio::test]
async fn stalled() {
    stalls(&Behind::new().await).await.check();
}

#[tokio::test]
async fn a_server_that_falls_silent_and_one_that_works_long() {
    let subject = Behind::new().await;
    silent(&subject, |port| subject.with(port, PoolOptions::default()), "SELECT pg_sleep(6)").await;
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
    let places = boundaries(&answers(&subject).await);
    assert!(places.len() > 10, "the places of its words are known: {places:?}");
    lies(&subject, |dice| lie(&places, dice)).await.check();
}
