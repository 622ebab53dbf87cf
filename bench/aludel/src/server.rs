//! The jobs on a PostgreSQL server, through the engine; and statements that do not wait for one another.

use std::time::{Duration, Instant};

use aludel::prelude::*;
use aludel::sql::RawSql;
use bench_protocol::{Answer, Checksum, OnServer, Server};

use crate::user::User;
use crate::{insert, load, point};

/// So often each way of sending statements is timed; the shortest time counts, since what disturbs only adds to the way.
const ROUNDS: usize = 9;

/// The peer's schema on a server.
pub(crate) struct Db {
    engine: Engine,
    server: Server,
}

impl Db {
    pub(crate) async fn open() -> Result<Db> {
        let server = Server::given()?;
        let engine = Engine::new(&server.url)?;
        raw(RawSql::trusted(server.begin())).execute(&engine).await?;
        MetaData::of(models![User]).create_all(&engine).await?;
        Ok(Db { engine, server })
    }

    pub(crate) async fn close(self) -> Result {
        raw(RawSql::trusted(self.server.end())).execute(&self.engine).await?;
        Ok(())
    }

    /// Times statements of different texts: one, all of them new to the connection, all of them prepared.
    pub(crate) async fn pipeline(&self, statements: u64) -> Result<Answer> {
        let mut connection = self.engine.connect().await?;
        let (mut one, mut fresh, mut prepared) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS as u64 {
            let all = || {
                (0..statements).map(move |nth| {
                    let sql = format!("UPDATE users SET name = :name WHERE id = {}", round * statements + nth);
                    raw(RawSql::trusted(sql)).bind("name", "another")
                })
            };
            for times in [&mut fresh, &mut prepared] {
                let start = Instant::now();
                connection.execute_all(all()).await?;
                times.push(start.elapsed());
            }
            let start = Instant::now();
            connection.execute_all(all().take(1)).await?;
            one.push(start.elapsed());
        }
        Ok(Answer::Pipeline { one: least(one), fresh: least(fresh), prepared: least(prepared) })
    }
}

impl OnServer for Db {
    type Error = Error;

    async fn version(&mut self) -> Result<String> {
        Ok(raw("SHOW server_version").one(&self.engine).await?.get(0))
    }

    async fn empty(&mut self) -> Result {
        raw(Server::EMPTY).execute(&self.engine).await?;
        Ok(())
    }

    async fn point(&mut self, key: i64, checksum: &mut Checksum) -> Result {
        point(&self.engine, key, checksum).await
    }

    async fn load(&mut self, checksum: &mut Checksum) -> Result {
        load(&self.engine, checksum).await
    }

    async fn insert(&mut self, rows: u64) -> Result {
        insert(&self.engine, rows).await
    }
}

fn least(times: Vec<Duration>) -> Duration {
    times.into_iter().min().unwrap_or_default()
}
