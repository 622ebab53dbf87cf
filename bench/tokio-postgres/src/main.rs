//! The peer `tokio-postgres`: prepared statements, columns by position, many rows as one array for each column.

use std::error::Error;
use std::hint::black_box;

use bench_protocol::{Checksum, Measured, OnServer, Run, Server, answer, requests};
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
}

#[tokio::main]
async fn main() -> Answered {
    let server = Server::given()?;
    let mut db = Measured::new(Db::open(&server).await?);
    for request in requests() {
        let request = request?;
        // On a worker, as a request is served.
        let answered = tokio::spawn(async move { (db.answered(request).await, db) }).await?;
        db = answered.1;
        answer(answered.0)?;
    }
    Ok(db.peer.client.batch_execute(&server.end()).await?)
}

impl Db {
    async fn open(server: &Server) -> Answered<Db> {
        let (client, connection) = tokio_postgres::connect(&server.url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(&server.begin()).await?;
        client.batch_execute(Server::TABLE).await?;
        let (by_key, all, insert) = (client.prepare(BY_KEY).await?, client.prepare(ALL).await?, client.prepare(INSERT).await?);
        Ok(Db { client, by_key, all, insert })
    }
}

impl OnServer for Db {
    type Error = Box<dyn Error + Send + Sync>;

    async fn version(&mut self) -> Answered<String> {
        Ok(self.client.query_one("SHOW server_version", &[]).await?.get(0))
    }

    async fn empty(&mut self) -> Answered {
        Ok(self.client.batch_execute(Server::EMPTY).await?)
    }

    async fn point(&mut self, key: i64, checksum: &mut Checksum) -> Answered {
        let user = black_box(User::read(&self.client.query_one(&self.by_key, &[&key]).await?));
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
        Ok(())
    }

    async fn load(&mut self, checksum: &mut Checksum) -> Answered {
        let rows = self.client.query(&self.all, &[]).await?;
        let users = black_box(rows.iter().map(User::read).collect::<Vec<_>>());
        for user in &users {
            checksum.add(user.id, &user.name, user.hair_color.as_deref());
        }
        Ok(())
    }

    async fn insert(&mut self, rows: u64) -> Answered {
        let names: Vec<String> = (1..=rows).map(Run::name).collect();
        let colors: Vec<Option<String>> = vec![None; names.len()];
        self.client.execute(&self.insert, &[&names, &colors]).await?;
        Ok(())
    }
}
