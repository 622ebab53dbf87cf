//! The campaigns, on a file of their own each.

use std::sync::Mutex;

use aludel_driver_suite::campaign::{Ground, Kind};
use aludel_engine::{Connection, Engine, PoolOptions};
use aludel_sql::{BoxFuture, Result, raw};

use crate::world::World;

struct File {
    world: World,
    outside: Mutex<rusqlite::Connection>,
}

impl Ground for File {
    const NAME: &'static str = "SQLite";
    const KINDS: &'static [Kind] = &[Kind::Plain];

    fn prepare() -> BoxFuture<'static, Self> {
        Box::pin(async {
            let world = World::new();
            let outside = Mutex::new(world.outside());
            Self { world, outside }
        })
    }

    fn engine(&self, options: PoolOptions) -> Engine {
        Engine::with_pool(self.world.driver(), options)
    }

    fn pairs<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Vec<(i64, i64)>> {
        Box::pin(async move {
            let outside = self.outside.lock().expect("no panic");
            let mut statement = outside.prepare(sql).expect(sql);
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect(sql);
            rows.collect::<rusqlite::Result<_>>().expect(sql)
        })
    }

    /// There is no list: but only one can write, and who does not end is in the way of somebody else.
    fn open_transactions(&self) -> BoxFuture<'_, i64> {
        Box::pin(async {
            let outside = self.outside.lock().expect("no panic");
            match outside.execute_batch("BEGIN IMMEDIATE") {
                Ok(()) => {
                    outside.execute_batch("ROLLBACK").expect("to roll back");
                    0
                }
                Err(_busy) => 1,
            }
        })
    }

    /// SQLite has no function that tells; but it refuses a BEGIN within a transaction.
    fn is_in_transaction(connection: &mut Connection) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async {
            if connection.execute(raw("BEGIN")).await.is_err() {
                return Ok(true);
            }
            connection.execute(raw("ROLLBACK")).await.map(|_rows| false)
        })
    }
}

// Of these nothing is seen here: an exchange is one call, in the middle of which no future is dropped.
aludel_driver_suite::cancel_campaign!(File, [Unmarked, LostSlot, NotChecked]);
