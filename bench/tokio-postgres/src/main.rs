//! The peer `tokio-postgres`: prepared statements, columns by position, many rows as one array for each column.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bench_protocol::{Answer, Checksum, Job, Request, Run, Server, Store, answer, requests};
use tokio_postgres::{Client, NoTls, Row, Statement};

const BY_KEY: &str = "SELECT id, name, hair_color FROM users WHERE id = $1";
const ALL: &str = "SELECT id, name, hair_color FROM users";
const INSERT: &str = "INSERT INTO users (name, hair_color) SELECT * FROM unnest($1::text[], $2::text[])";

type Answered<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

struct User {
    id: i64,
    name: String,
    hair_color: Option<String>,
}

impl User {
    fn read(row: &Row) -> User {
        User { id: row.get(0), name: row.get(1), hair_color: row.get(2) }
    }
}

struct Db {
    client: Client,
    by_key: Statement,
    all: Statement,
    insert: Statement,
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
    Ok(db.client.batch_execute(&server.end()).await?)
}

impl Db {
    async fn open(server: &Server) -> Answered<Db> {
        let (client, connection) = tokio_postgres::connect(&server.url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(&server.begin()).await?;
        client.batch_execute(Server::TABLE).await?;
        let (by_key, all, insert) = (client.prepare(BY_KEY).await?, client.prepare(ALL).await?, client.prepare(INSERT).await?);
        Ok(Db { client, by_key, all, insert, rows: None })
    }

    async fn answered(&mut self, request: Request) -> Answered<Answer> {
        match request {
            Request::Version => self.version().await,
            Request::Run(run) if run.store == Store::Postgres && !run.is_tracked => self.measure(&run).await,
            _ => Err("not measured here".into()),
        }
    }

    async fn version(&self) -> Answered<Answer> {
        Ok(Answer::Version(self.client.query_one("SHOW server_version", &[]).await?.get(0)))
    }

    async fn measure(&mut self, run: &Run) -> Answered<Answer> {
        if self.rows != Some(run.rows()) {
            self.client.batch_execute(Server::EMPTY).await?;
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
        let user = black_box(User::read(&self.client.query_one(&self.by_key, &[&key]).await?));
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
        Ok(())
    }

    async fn load(&self, checksum: &mut Checksum) -> Answered {
        let rows = self.client.query(&self.all, &[]).await?;
        let users = black_box(rows.iter().map(User::read).collect::<Vec<_>>());
        for user in &users {
            checksum.add(user.id, &user.name, user.hair_color.as_deref());
        }
        Ok(())
    }

    async fn insert(&self, rows: u64) -> Answered {
        let names: Vec<String> = (1..=rows).map(Run::name).collect();
        let colors: Vec<Option<String>> = vec![None; names.len()];
        self.client.execute(&self.insert, &[&names, &colors]).await?;
        Ok(())
    }
}
