//! A session that is cut, stalled, sliced and garbled on its way, at every byte: what the program is told is what has happened.

use std::time::Duration;

use aludel_driver_suite::proxy::{BY_CUTS, BY_CUTS_TOLD, CREATE, SILENCE, Subject, Tells, answers, cuts_everywhere};
use aludel_driver_suite::proxy_campaigns;
use aludel_engine::{Engine, PoolOptions};
use aludel_postgres::Postgres;
use aludel_sql::raw;

use crate::lies::{boundaries, lie};
use crate::world::{World, server};

/// It takes six seconds.
const LONG: &str = "SELECT pg_sleep(6)";

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
    cuts_everywhere(&Behind::new().await).await.check();
}

async fn places(subject: &Behind) -> Vec<usize> {
    let places = boundaries(&answers(subject).await);
    assert!(places.len() > 10, "the places of its words are known: {places:?}");
    places
}

proxy_campaigns!(Behind, LONG, (places, lie), planted {
    #[tokio::test]
    async fn cut() {
        let faults = [BY_CUTS, BY_CUTS_TOLD].concat();
        find_planted(&Behind::new().await, &faults, async |subject| cuts_everywhere(subject).await).await;
    }
});
