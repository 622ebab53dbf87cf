//! The jobs on a PostgreSQL server, through the engine; and statements that do not wait for one another.

use std::time::{Duration, Instant};

use aludel::prelude::*;
use aludel::sql::RawSql;
use bench_protocol::{Answer, Checksum, Job, Run, Server};

use crate::user::User;
use crate::{insert, load, point};

/// So often each way of sending statements is timed; the shortest time counts, since what disturbs only adds to the way.
const ROUNDS: usize = 9;

/// The peer's schema on a server.
pub(crate) struct Db {
    engine: Engine,
    server: Server,
    /// How many rows are there, for a job that does not write.
    rows: Option<u64>,
}

impl Db {
    pub(crate) async fn open() -> Result<Db> {
        let server = Server::given()?;
        let engine = Engine::new(&server.url)?;
        raw(RawSql::trusted(server.begin())).execute(&engine).await?;
        MetaData::of(models![User]).create_all(&engine).await?;
        Ok(Db { engine, server, rows: None })
    }

    pub(crate) async fn close(self) -> Result {
        raw(RawSql::trusted(self.server.end())).execute(&self.engine).await?;
        Ok(())
    }

    pub(crate) async fn version(&self) -> Result<Answer> {
        Ok(Answer::Version(raw("SHOW server_version").one(&self.engine).await?.get(0)))
    }

    pub(crate) async fn measure(&mut self, run: &Run) -> Result<Answer> {
        let engine = &self.engine;
        if self.rows != Some(run.rows()) {
            raw(Server::EMPTY).execute(engine).await?;
            insert(engine, run.rows()).await?;
        }
        let mut checksum = Checksum::default();
        let start = Instant::now();
        for iteration in 0..run.iterations {
            match run.job {
                Job::Point => point(engine, Run::key(iteration), &mut checksum).await?,
                Job::Load(_) => load(engine, &mut checksum).await?,
                Job::Insert(rows) => insert(engine, rows).await?,
            }
        }
        let elapsed = start.elapsed();
        if run.reads_at_end() {
            load(engine, &mut checksum).await?;
        }
        self.rows = (!matches!(run.job, Job::Insert(_))).then(|| run.rows());
        Ok(Answer::Done(elapsed, checksum))
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

fn least(times: Vec<Duration>) -> Duration {
    times.into_iter().min().unwrap_or_default()
}
