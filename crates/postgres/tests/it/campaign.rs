//! The campaigns, in a schema of their own each.

use aludel_driver_suite::campaign::{Ground, Kind};
use aludel_engine::{Connection, Engine, PoolOptions};
use aludel_postgres::Postgres;
use aludel_sql::{BoxFuture, Result, raw};

use crate::world::World;

struct Schema(World);

impl Ground for Schema {
    const NAME: &'static str = "PostgreSQL";
    const KINDS: &'static [Kind] = &[Kind::Plain, Kind::Tokens, Kind::Followed];

    fn prepare() -> BoxFuture<'static, Self> {
        Box::pin(async { Self(World::new().await) })
    }

    fn engine(&self, options: PoolOptions) -> Engine {
        // Nobody stops the server here, so that no commit need wait for the disk.
        let url = self.0.url().replacen("options=", "options=-c%20synchronous_commit%3Doff%20", 1);
        Engine::with_pool(Postgres::from_url(&url).expect("a URL"), options)
    }

    fn pairs<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Vec<(i64, i64)>> {
        Box::pin(self.0.pairs(sql))
    }

    fn open_transactions(&self) -> BoxFuture<'_, i64> {
        Box::pin(self.0.in_transactions())
    }

    /// Within a transaction `now()` stands still.
    fn is_in_transaction(connection: &mut Connection) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async {
            let mut moments = Vec::new();
            for _ in 0..2 {
                let row = raw("SELECT CAST(extract(epoch FROM now()) * 1000000 AS bigint)").one(&mut *connection).await?;
                moments.push(row.get::<i64>(0));
            }
            Ok(moments[0] == moments[1])
        })
    }
}

// `Unmarked` cannot be seen here: the driver remembers on its own that an exchange is under way. Nobody has a writer's place.
aludel_driver_suite::cancel_campaign!(Schema, [Unmarked, LostTicket]);
