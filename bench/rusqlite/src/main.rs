//! The peer `rusqlite`: cached statements, columns by position, one transaction per insert job.

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bench_protocol::{Answer, Checksum, Job, Request, Run, answer, requests};
use rusqlite::{Connection, Row, TransactionBehavior, params};

const SCHEMA: &str = "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT NOT NULL, hair_color TEXT)";
const OPTIONS: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON";
const BY_KEY: &str = "SELECT id, name, hair_color FROM users WHERE id = ?1";
const ALL: &str = "SELECT id, name, hair_color FROM users";
const INSERT: &str = "INSERT INTO users(name, hair_color) VALUES (?1, ?2)";

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

struct User {
    id: i64,
    name: String,
    hair_color: Option<String>,
}

impl User {
    fn read(row: &Row<'_>) -> rusqlite::Result<User> {
        Ok(User { id: row.get(0)?, name: row.get(1)?, hair_color: row.get(2)? })
    }
}

fn main() -> Result<()> {
    let mut kept = HashMap::new();
    for request in requests() {
        let answered = match request? {
            Request::Version => Ok(Answer::Version(rusqlite::version().into())),
            Request::Run(run) => measure(&run, &mut kept),
            Request::Writers(_) | Request::Ticks(_) | Request::Pipeline(_) => Err("not measured here".into()),
        };
        answer(answered)?;
    }
    Ok(())
}

fn measure(run: &Run, kept: &mut HashMap<(bool, u64), Connection>) -> Result<Answer> {
    let mut db = match run.kept_as().and_then(|key| kept.remove(&key)) {
        Some(db) => db,
        None => open(run)?,
    };
    let mut checksum = Checksum::default();
    let start = Instant::now();
    for iteration in 0..run.iterations {
        match run.job {
            Job::Point => point(&db, Run::key(iteration), &mut checksum)?,
            Job::Load(_) => load(&db, &mut checksum)?,
            Job::Insert(rows) => insert(&mut db, rows)?,
        }
    }
    let elapsed = start.elapsed();
    if run.reads_at_end() {
        load(&db, &mut checksum)?;
    }
    if let Some(key) = run.kept_as() {
        kept.insert(key, db);
    }
    Ok(Answer::Done(elapsed, checksum))
}

fn open(run: &Run) -> Result<Connection> {
    let mut db = match run.file()? {
        Some(path) => Connection::open(path)?,
        None => Connection::open_in_memory()?,
    };
    db.execute_batch(OPTIONS)?;
    db.execute_batch(SCHEMA)?;
    insert(&mut db, run.rows())?;
    Ok(db)
}

fn point(db: &Connection, key: i64, checksum: &mut Checksum) -> Result<()> {
    let user = black_box(db.prepare_cached(BY_KEY)?.query_row([key], User::read)?);
    checksum.add(user.id, &user.name, user.hair_color.as_deref());
    Ok(())
}

fn load(db: &Connection, checksum: &mut Checksum) -> Result<()> {
    let mut statement = db.prepare_cached(ALL)?;
    let users = black_box(statement.query_map([], User::read)?.collect::<rusqlite::Result<Vec<_>>>()?);
    for user in &users {
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
    }
    Ok(())
}

fn insert(db: &mut Connection, rows: u64) -> Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = transaction.prepare_cached(INSERT)?;
        for id in 1..=rows {
            statement.execute(params![Run::name(id), None::<String>])?;
        }
    }
    Ok(transaction.commit()?)
}
