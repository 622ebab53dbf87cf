//! The peer `sqlx`: one connection with its own statement cache, rows as tuples by position, many rows as one array for each column.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bench_protocol::{Answer, Checksum, Job, Request, Run, Server, Store, answer, requests};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const BY_KEY: &str = "SELECT id, name, hair_color FROM users WHERE id = $1";
const ALL: &str = "SELECT id, name, hair_color FROM users";
/// Faster than many groups of VALUES.
const INSERT: &str = "INSERT INTO users (name, hair_color) SELECT * FROM unnest($1::text[], $2::text[])";

type Answered<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;
type Columns = (i64, String, Option<String>);

struct User {
    id: i64,
    name: String,
    hair_color: Option<String>,
}

impl User {
    fn of((id, name, hair_color): Columns) -> User {
        User { id, name, hair_color }
    }
}

struct Db {
    connection: PgConnection,
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
    db.execute(server.end()).await
}

impl Db {
    async fn open(server: &Server) -> Answered<Db> {
        let mut db = Db { connection: PgConnection::connect(&server.url).await?, rows: None };
        db.execute(server.begin()).await?;
        db.execute(Server::TABLE.into()).await?;
        Ok(db)
    }

    async fn execute(&mut self, sql: String) -> Answered {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn answered(&mut self, request: Request) -> Answered<Answer> {
        match request {
            Request::Version => self.version().await,
            Request::Run(run) if run.store == Store::Postgres && !run.is_tracked => self.measure(&run).await,
            _ => Err("not measured here".into()),
        }
    }

    async fn version(&mut self) -> Answered<Answer> {
        Ok(Answer::Version(sqlx::query_scalar("SHOW server_version").fetch_one(&mut self.connection).await?))
    }

    async fn measure(&mut self, run: &Run) -> Answered<Answer> {
        if self.rows != Some(run.rows()) {
            self.execute(Server::EMPTY.into()).await?;
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

    async fn point(&mut self, key: i64, checksum: &mut Checksum) -> Answered {
        let row: Columns = sqlx::query_as(BY_KEY).bind(key).fetch_one(&mut self.connection).await?;
        let user = black_box(User::of(row));
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
        Ok(())
    }

    async fn load(&mut self, checksum: &mut Checksum) -> Answered {
        let rows: Vec<Columns> = sqlx::query_as(ALL).fetch_all(&mut self.connection).await?;
        let users = black_box(rows.into_iter().map(User::of).collect::<Vec<_>>());
        for user in &users {
            checksum.add(user.id, &user.name, user.hair_color.as_deref());
        }
        Ok(())
    }

    async fn insert(&mut self, rows: u64) -> Answered {
        let names: Vec<String> = (1..=rows).map(Run::name).collect();
        let colors: Vec<Option<String>> = vec![None; names.len()];
        sqlx::query(INSERT).bind(names).bind(colors).execute(&mut self.connection).await?;
        Ok(())
    }
}
