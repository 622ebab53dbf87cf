//! The peer `diesel`: its query builder and its statement cache, one multi-row INSERT per insert job.

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bench_protocol::{Answer, Checksum, Job, Request, Run, answer, requests};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
// Brings the SQLite that is built in; nothing of it is called here.
use libsqlite3_sys as _;

const SCHEMA: &str = "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT NOT NULL, hair_color TEXT)";
const OPTIONS: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON";
/// SQLite takes 32,766 values in a statement; a row has two.
const ROWS_A_STATEMENT: usize = 10_000;

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        hair_color -> Nullable<Text>,
    }
}

diesel::define_sql_function! { fn sqlite_version() -> Text; }

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::sqlite::Sqlite))]
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

fn main() -> Answered {
    let mut kept = HashMap::new();
    for request in requests() {
        answer(match request? {
            Request::Version => version(),
            Request::Run(run) => measure(&run, &mut kept),
            Request::Writers(_) | Request::Ticks(_) | Request::Pipeline(_) => Err("not measured here".into()),
        })?;
    }
    Ok(())
}

fn version() -> Answered<Answer> {
    let mut db = SqliteConnection::establish(":memory:")?;
    Ok(Answer::Version(diesel::select(sqlite_version()).get_result(&mut db)?))
}

fn measure(run: &Run, kept: &mut HashMap<(bool, u64), SqliteConnection>) -> Answered<Answer> {
    let mut db = match run.kept_as().and_then(|key| kept.remove(&key)) {
        Some(db) => db,
        None => open(run)?,
    };
    let mut checksum = Checksum::default();
    let start = Instant::now();
    for iteration in 0..run.iterations {
        match run.job {
            Job::Point => point(&mut db, Run::key(iteration), &mut checksum)?,
            Job::Load(_) => load(&mut db, &mut checksum)?,
            Job::Insert(rows) => insert(&mut db, rows)?,
        }
    }
    let elapsed = start.elapsed();
    if run.reads_at_end() {
        load(&mut db, &mut checksum)?;
    }
    if let Some(key) = run.kept_as() {
        kept.insert(key, db);
    }
    Ok(Answer::Done(elapsed, checksum))
}

fn open(run: &Run) -> Answered<SqliteConnection> {
    let path = run.file()?.map_or(":memory:".into(), |path| path.to_string_lossy().into_owned());
    let mut db = SqliteConnection::establish(&path)?;
    db.batch_execute(OPTIONS)?;
    db.batch_execute(SCHEMA)?;
    insert(&mut db, run.rows())?;
    Ok(db)
}

fn point(db: &mut SqliteConnection, key: i64, checksum: &mut Checksum) -> Answered {
    // `first` would add `LIMIT ?`, and SQLite prepares a statement anew whenever a bare bound LIMIT is bound.
    let user = black_box(users::table.find(key).select(User::as_select()).get_result(db)?);
    checksum.add(user.id, &user.name, user.hair_color.as_deref());
    Ok(())
}

fn load(db: &mut SqliteConnection, checksum: &mut Checksum) -> Answered {
    let users = black_box(users::table.select(User::as_select()).load(db)?);
    for user in &users {
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
    }
    Ok(())
}

fn insert(db: &mut SqliteConnection, rows: u64) -> Answered {
    let rows: Vec<NewUser> = (1..=rows).map(|id| NewUser { name: Run::name(id), hair_color: None }).collect();
    db.immediate_transaction(|db| {
        for batch in rows.chunks(ROWS_A_STATEMENT) {
            diesel::insert_into(users::table).values(batch).execute(db)?;
        }
        Ok::<_, diesel::result::Error>(())
    })?;
    Ok(())
}
