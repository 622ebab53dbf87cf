//! The peer `sqlx`: one connection with its own statement cache, rows as tuples by position, many rows as one array for each column.

use std::error::Error;
use std::hint::black_box;

use bench_protocol::{Checksum, Measured, OnServer, Run, Server, answer, requests};
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
    db.peer.execute(server.end()).await
}

impl Db {
    async fn open(server: &Server) -> Answered<Db> {
        let mut db = Db { connection: PgConnection::connect(&server.url).await? };
        db.execute(server.begin()).await?;
        db.execute(Server::TABLE.into()).await?;
        Ok(db)
    }

    async fn execute(&mut self, sql: String) -> Answered {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await?;
        Ok(())
    }
}

impl OnServer for Db {
    type Error = Box<dyn Error + Send + Sync>;

    async fn version(&mut self) -> Answered<String> {
        Ok(sqlx::query_scalar("SHOW server_version").fetch_one(&mut self.connection).await?)
    }

    async fn empty(&mut self) -> Answered {
        self.execute(Server::EMPTY.into()).await
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
