//! `ReadOnly`: what only reads, on a replica where there is one.

use aludel_sql::{
    Access, Batches, BoxFuture, Dialect, Error, ErrorKind, Exec, Executor, Outcome, Plain, Result, Run, Shape, Sink, Statement,
};

use super::handle::Engine;
use crate::port::Begin;

/// What runs statements that only read, on a replica where there is one, see [`Engine::read_only`].
#[derive(Clone, Debug)]
pub struct ReadOnly(Engine);

impl Engine {
    /// Lets what only reads run on replicas: transactions that begin as [`Begin::read_only`], those of sessions too, and what
    /// runs on [`read_only`](Engine::read_only). Each replica is an engine of its own, with a pool of its own.
    ///
    /// A replica may be behind. *Who has written through this engine sees it all the same*: after the last write of a request, or
    /// of a task where there is no request, its next reading asks the primary once how far it is, and goes to a replica only if
    /// that has come as far; it waits 200 ms for that at most, where none was behind just before, and then reads from the primary.
    /// What others have written may be missing for a while, also for the next request of the same person.
    ///
    /// The primary is read from too where no replica can be reached, and where all connections to the replicas are lent and none
    /// comes back within 50 ms for each of them. A connection that breaks while it is idle is noticed as on every engine: by a
    /// question after [`ping_after`](crate::PoolOptions::ping_after()), and where another one of its pool has broken. So after the
    /// death of a replica one reading may fail as [`ErrorKind::Disconnected`]; it is not run again by itself, since rows may have
    /// been taken. The next ones go elsewhere.
    ///
    /// ```
    /// # async fn f(primary: aludel_engine::Engine, replica: aludel_engine::Engine) -> aludel_sql::Result {
    /// let engine = primary.with_replicas([replica])?;
    /// let rows = aludel_sql::raw("SELECT name FROM people").all(engine.read_only()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] if a database does not tell how far a replica has come: PostgreSQL and MariaDB (by its GTIDs, with
    /// a binary log) do. [`ErrorKind::Config`] if a replica is of another kind of database.
    pub fn with_replicas(self, replicas: impl IntoIterator<Item = Self>) -> Result<Self> {
        let replicas: Vec<_> = replicas.into_iter().collect();
        for engine in std::iter::once(&self).chain(&replicas) {
            if !engine.follows() {
                let message = format!("the driver of `{}` does not tell how far a replica has come", engine.name());
                return Err(Error::new(ErrorKind::Unsupported, message).hint("read from the primary"));
            }
        }
        if let Some(other) = replicas.iter().find(|engine| engine.dialect().name() != self.dialect().name()) {
            let message = format!("`{}` is no replica of `{}`: it is another kind of database", other.name(), self.name());
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(self.followed_by(&replicas))
    }

    /// What runs statements that only read, on a replica where there is one; see [`with_replicas`](Engine::with_replicas). Each
    /// sees what there is at its moment: for several that see the same, begin a transaction that only reads. A raw statement runs
    /// in one.
    pub fn read_only(&self) -> ReadOnly {
        ReadOnly(self.clone())
    }
}

impl ReadOnly {
    async fn read(&self, statement: &Statement, sink: &mut dyn Sink) -> Result<Outcome> {
        let Self(engine) = self;
        let shape = Shape::of(statement, engine.dialect())?;
        if statement.access() == Access::Write {
            return Err(refused());
        }
        let begin = Begin::default().read_only();
        let mut connection = engine.connect_for(begin).await?;
        if statement.access() == Access::Read {
            return connection.run_shaped(statement, &shape, sink, &mut ()).await;
        }
        connection.start(begin).await?;
        let outcome = connection.run_shaped(statement, &shape, sink, &mut ()).await?;
        connection.commit().await?;
        Ok(outcome)
    }
}

#[cold]
fn refused() -> Error {
    Error::new(ErrorKind::ReadOnly, "what runs on `read_only` only reads, and the statement writes").hint("run it on the engine itself")
}

impl Run for ReadOnly {
    fn dialect(&self) -> &dyn Dialect {
        self.0.dialect()
    }

    fn run<'a>(&'a mut self, statement: &'a Statement, sink: &'a mut dyn Sink) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.read(statement, sink))
    }

    fn load<'a>(&'a mut self, _rows: &'a mut dyn Batches) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async { Err(refused()) })
    }
}

#[diagnostic::do_not_recommend]
impl Executor for ReadOnly {
    type Mode = Plain;

    fn by_ref(&mut self) -> Exec<'_, Plain> {
        Exec::new(self)
    }
}
