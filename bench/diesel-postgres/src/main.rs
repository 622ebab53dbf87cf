//! The peer `diesel-postgres`: its query builder and its statement cache, over libpq without a runtime, one multi-row INSERT
//! per insert job.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bench_protocol::{Answer, Checksum, Job, Request, Run, Server, Store, answer, requests};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        hair_color -> Nullable<Text>,
    }
}

diesel::define_sql_function! { fn current_setting(name: diesel::sql_types::Text) -> diesel::sql_types::Text; }

/// PostgreSQL takes 65,535 values in a statement; a row has two.
const ROWS_A_STATEMENT: usize = 10_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
struct User {
    id: i64,
    name: String,
    hair_color: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct NewUser {
    name: String,
    hair_color: Option<String>,
}

type Answered<T = ()> = Result<T, Box<dyn Error>>;

struct Db {
    connection: PgConnection,
    /// How many rows are there, for a job that does not write.
    rows: Option<u64>,
}

fn main() -> Answered {
    let server = Server::given()?;
    let mut db = Db { connection: PgConnection::establish(&server.url)?, rows: None };
    db.connection.batch_execute(&server.begin())?;
    db.connection.batch_execute(Server::TABLE)?;
    for request in requests() {
        answer(match request? {
            Request::Version => db.version(),
            Request::Run(run) if run.store == Store::Postgres && !run.is_tracked => db.measure(&run),
            _ => Err("not measured here".into()),
        })?;
    }
    Ok(db.connection.batch_execute(&server.end())?)
}

impl Db {
    fn version(&mut self) -> Answered<Answer> {
        Ok(Answer::Version(diesel::select(current_setting("server_version")).get_result(&mut self.connection)?))
    }

    fn measure(&mut self, run: &Run) -> Answered<Answer> {
        if self.rows != Some(run.rows()) {
            self.connection.batch_execute(Server::EMPTY)?;
            self.insert(run.rows())?;
        }
        let mut checksum = Checksum::default();
        let start = Instant::now();
        for iteration in 0..run.iterations {
            match run.job {
                Job::Point => self.point(Run::key(iteration), &mut checksum)?,
                Job::Load(_) => self.load(&mut checksum)?,
                Job::Insert(rows) => self.insert(rows)?,
            }
        }
        let elapsed = start.elapsed();
        if run.reads_at_end() {
            self.load(&mut checksum)?;
        }
        self.rows = (!matches!(run.job, Job::Insert(_))).then(|| run.rows());
        Ok(Answer::Done(elapsed, checksum))
    }

    fn point(&mut self, key: i64, checksum: &mut Checksum) -> Answered {
        let user = black_box(users::table.find(key).select(User::as_select()).get_result(&mut self.connection)?);
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
        Ok(())
    }

    fn load(&mut self, checksum: &mut Checksum) -> Answered {
        let users = black_box(users::table.select(User::as_select()).load(&mut self.connection)?);
        for user in &users {
            checksum.add(user.id, &user.name, user.hair_color.as_deref());
        }
        Ok(())
    }

    fn insert(&mut self, rows: u64) -> Answered {
        let rows: Vec<NewUser> = (1..=rows).map(|id| NewUser { name: Run::name(id), hair_color: None }).collect();
        for batch in rows.chunks(ROWS_A_STATEMENT) {
            diesel::insert_into(users::table).values(batch).execute(&mut self.connection)?;
        }
        Ok(())
    }
}
