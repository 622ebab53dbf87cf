//! The peer `sea-orm`: entities as plain models, on a pool of one connection that is not asked whether it still answers.

mod users;

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bench_protocol::{Answer, Checksum, Job, Request, Run, Server, Store, answer, requests};
use sea_orm::{ActiveValue, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait};

type Answered<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// PostgreSQL takes 65,535 values in a statement; a row has two.
const ROWS_A_STATEMENT: usize = 10_000;

struct Db {
    connection: DatabaseConnection,
    /// How many rows are there, for a job that does not write.
    rows: Option<u64>,
}

#[tokio::main]
async fn main() -> Answered {
    let server = Server::given()?;
    let mut db = Db::open(&server).await?;
    for request in requests() {
        let request = request?;
        // On a worker, as a request is served.
        let answered = tokio::spawn(async move { (db.answered(request).await, db) }).await?;
        db = answered.1;
        answer(answered.0)?;
    }
    db.connection.execute_unprepared(&server.end()).await?;
    Ok(())
}

impl Db {
    async fn open(server: &Server) -> Answered<Db> {
        let mut options = ConnectOptions::new(&server.url);
        options.max_connections(1).min_connections(1).test_before_acquire(false).sqlx_logging(false);
        let connection = Database::connect(options).await?;
        connection.execute_unprepared(&server.begin()).await?;
        connection.execute_unprepared(Server::TABLE).await?;
        Ok(Db { connection, rows: None })
    }

    async fn answered(&mut self, request: Request) -> Answered<Answer> {
        match request {
            Request::Version => self.version().await,
            Request::Run(run) if run.store == Store::Postgres && !run.is_tracked => self.measure(&run).await,
            _ => Err("not measured here".into()),
        }
    }

    async fn version(&self) -> Answered<Answer> {
        let row =
            self.connection.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, "SHOW server_version")).await?;
        Ok(Answer::Version(row.ok_or("no version")?.try_get_by_index(0)?))
    }

    async fn measure(&mut self, run: &Run) -> Answered<Answer> {
        if self.rows != Some(run.rows()) {
            self.connection.execute_unprepared(Server::EMPTY).await?;
            self.insert(run.rows()).await?;
        }
        let mut checksum = Checksum::default();
        let start = Instant::now();
        for iteration in 0..run.iterations {
            match run.job {
                Job::Point => self.point(Run::key(iteration), &mut checksum).await?,
                Job::Load(_) => self.load(&mut checksum).await?,
                Job::Insert(rows) => self.insert(rows).await?,
            }
        }
        let elapsed = start.elapsed();
        if run.reads_at_end() {
            self.load(&mut checksum).await?;
        }
        self.rows = (!matches!(run.job, Job::Insert(_))).then(|| run.rows());
        Ok(Answer::Done(elapsed, checksum))
    }

    async fn point(&self, key: i64, checksum: &mut Checksum) -> Answered {
        let user = black_box(users::Entity::find_by_id(key).one(&self.connection).await?.ok_or("no row")?);
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
        Ok(())
    }

    async fn load(&self, checksum: &mut Checksum) -> Answered {
        let users = black_box(users::Entity::find().all(&self.connection).await?);
        for user in &users {
            checksum.add(user.id, &user.name, user.hair_color.as_deref());
        }
        Ok(())
    }

    async fn insert(&self, rows: u64) -> Answered {
        let models: Vec<_> = (1..=rows).map(user).collect();
        for batch in models.chunks(ROWS_A_STATEMENT) {
            users::Entity::insert_many(batch.to_vec()).exec_without_returning(&self.connection).await?;
        }
        Ok(())
    }
}

fn user(id: u64) -> users::ActiveModel {
    users::ActiveModel { id: ActiveValue::NotSet, name: ActiveValue::Set(Run::name(id)), hair_color: ActiveValue::Set(None) }
}
