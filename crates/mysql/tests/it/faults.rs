//! A session that is cut, stalled, sliced and garbled on its way: what the program is told is what has happened.

use std::time::Duration;

use aludel_driver_suite::proxy::{
    BROKEN, BY_CUTS, BY_CUTS_TOLD, CREATE, Campaign, Ending, Fault, Place, SILENCE, Side, Subject, Tells, answers, cuts,
};
use aludel_driver_suite::{Report, proxy_campaigns};
use aludel_engine::{Engine, PoolOptions};
use aludel_mysql::{MySql, Tls};
use aludel_sql::raw;

use crate::lies::{boundaries, lie};
use crate::world::World;

/// It takes six seconds.
const LONG: &str = "DO SLEEP(6)";

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
    cuts(&Behind::new().await, "cuts").await.check();
}

/// Transactions that leave a row: what became of each is told.
#[tokio::test]
async fn cut_anywhere_with_tokens() {
    cuts(&Behind { tokens: true, ..Behind::new().await }, "cuts with tokens").await.check();
}

/// The answer to a COMMIT is cut off, or the COMMIT itself.
#[tokio::test]
async fn cut_at_the_commit_with_tokens() {
    commits(&Behind { tokens: true, ..Behind::new().await }).await.check();
}

async fn commits(subject: &impl Subject) -> Report {
    let last = Place::last(subject).await;
    let mut faults: Vec<_> = (0..14).map(|bytes| Fault::Cut(Side::Server, last.server - bytes, Ending::Fin)).collect();
    faults.extend((0..14).map(|bytes| Fault::Cut(Side::Client, last.client - bytes, Ending::Rst)));
    Campaign::of("commits with tokens", BROKEN).run(subject, faults).await
}

async fn places(subject: &Behind) -> Vec<(usize, u8)> {
    let mut places = boundaries(&answers(subject).await);
    // A COMMIT that is said to be done, and is not, is believed: one packet says so here, and nothing contradicts it.
    places.pop();
    assert!(places.len() > 10, "the places of its words are known: {places:?}");
    places
}

proxy_campaigns!(Behind, LONG, (places, lie), planted {
    #[tokio::test]
    async fn cut() {
        find_planted(&Behind::new().await, BY_CUTS, async |subject| cuts(subject, "cuts").await).await;
    }

    #[tokio::test]
    async fn cut_at_the_commit() {
        find_planted(&Behind { tokens: true, ..Behind::new().await }, BY_CUTS_TOLD, async |subject| commits(subject).await).await;
    }
});
