//! The campaigns, on a database of their own each.

use aludel_driver_suite::campaign::{Ground, Kind};
use aludel_engine::{Connection, Engine, PoolOptions};
use aludel_mysql::MySql;
use aludel_sql::{BoxFuture, RawSql, Result, raw};

use crate::world::World;

struct Server {
    world: World,
    outside: Engine,
}

impl Ground for Server {
    const NAME: &'static str = "MariaDB";
    const KINDS: &'static [Kind] = &[Kind::Plain, Kind::Tokens];

    fn prepare() -> BoxFuture<'static, Self> {
        Box::pin(async {
            let world = World::new().await;
            let outside = world.small_engine(1);
            Self { world, outside }
        })
    }

    fn engine(&self, options: PoolOptions) -> Engine {
        Engine::with_pool(MySql::new(self.world.location.clone()), options)
    }

    fn pairs<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Vec<(i64, i64)>> {
        Box::pin(async move {
            let rows = raw(RawSql::trusted(sql.to_owned())).all(&self.outside).await.expect(sql);
            rows.iter().map(|row| (row.get(0), row.get(1))).collect()
        })
    }

    fn open_transactions(&self) -> BoxFuture<'_, i64> {
        Box::pin(async {
            // `innodb_trx` shows what was read last, by anybody, for as long as somebody reads it every 100 ms.
            let ours = raw("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
            let ours: Vec<i64> = ours.all(&self.outside).await.expect("a list").iter().map(|row| row.get(0)).collect();
            let status = raw("SHOW ENGINE INNODB STATUS").one(&self.outside).await.expect("the status").get::<String>("Status");
            let open = active_threads(&status).filter(|thread| ours.contains(thread)).count();
            i64::try_from(open).expect("few")
        })
    }

    fn is_in_transaction(connection: &mut Connection) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async { Ok(raw("SELECT @@in_transaction").one(connection).await?.get::<i64>(0) != 0) })
    }
}

/// The connections whose transactions are open: each stands under a line that says so.
fn active_threads(status: &str) -> impl Iterator<Item = i64> {
    let active = status.split("---TRANSACTION").filter(|told| told.lines().next().is_some_and(|head| head.contains(", ACTIVE")));
    let thread = |told: &str| told.split_once("thread id ")?.1.split([',', ' ']).next()?.parse().ok();
    active.filter_map(thread)
}

// Nobody has a writer's place here.
aludel_driver_suite::cancel_campaign!(Server, [LostTicket]);
