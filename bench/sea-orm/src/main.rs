//! The peer `sea-orm`: entities as plain models, on a pool of one connection that is not asked whether it still answers.

mod users;

use std::error::Error;
use std::hint::black_box;

use bench_protocol::{Checksum, Measured, OnServer, Run, Server, answer, requests};
use sea_orm::{ActiveValue, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait};

type Answered<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// PostgreSQL takes 65,535 values in a statement; a row has two.
const ROWS_A_STATEMENT: usize = 10_000;

struct Db {
    connection: DatabaseConnection,
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
    db.peer.connection.execute_unprepared(&server.end()).await?;
    Ok(())
}

impl Db {
    async fn open(server: &Server) -> Answered<Db> {
        let mut options = ConnectOptions::new(&server.url);
        options.max_connections(1).min_connections(1).test_before_acquire(false).sqlx_logging(false);
        let connection = Database::connect(options).await?;
        connection.execute_unprepared(&server.begin()).await?;
        connection.execute_unprepared(Server::TABLE).await?;
        Ok(Db { connection })
    }
}

impl OnServer for Db {
    type Error = Box<dyn Error + Send + Sync>;

    async fn version(&mut self) -> Answered<String> {
        let row =
            self.connection.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, "SHOW server_version")).await?;
        Ok(row.ok_or("no version")?.try_get_by_index(0)?)
    }

    async fn empty(&mut self) -> Answered {
        self.connection.execute_unprepared(Server::EMPTY).await?;
        Ok(())
    }

    async fn point(&mut self, key: i64, checksum: &mut Checksum) -> Answered {
        let user = black_box(users::Entity::find_by_id(key).one(&self.connection).await?.ok_or("no row")?);
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
        Ok(())
    }

    async fn load(&mut self, checksum: &mut Checksum) -> Answered {
        let users = black_box(users::Entity::find().all(&self.connection).await?);
        for user in &users {
            checksum.add(user.id, &user.name, user.hair_color.as_deref());
        }
        Ok(())
    }

    async fn insert(&mut self, rows: u64) -> Answered {
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
