//! The peer `aludel`: values through the engine, and objects through a session that each iteration opens anew.

mod server;
mod ticks;
mod writers;
mod user;

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use aludel::prelude::*;
use bench_protocol::{Answer, Checksum, Job, Measured, Request, Run, Server, answer, requests};

use server::Db;
use user::User;

#[aludel::main]
async fn main() -> Result {
    match Server::given() {
        Ok(_) => serve_on_server().await,
        Err(_) => serve().await,
    }
}

async fn serve() -> Result {
    let mut kept = HashMap::new();
    for request in requests() {
        let answered = match request? {
            Request::Version => Ok(Answer::Version(rusqlite::version().into())),
            Request::Run(run) => measure(&run, &mut kept).await,
            Request::Writers(writers) => writers::measure(writers).await,
            Request::Ticks(form) => ticks::measure(form),
            Request::Pipeline(_) => Err(aludel::Error::from(std::io::Error::other("only a server gets statements together"))),
        };
        answer(answered)?;
    }
    Ok(())
}

async fn serve_on_server() -> Result {
    let mut db = Measured::new(Db::open().await?);
    for request in requests() {
        let request = request?;
        // On a worker, as a request is served.
        let (answered, back) = tokio::spawn(async move {
            let answered = match request {
                Request::Pipeline(statements) => db.peer.pipeline(statements).await,
                request => db.answered(request).await,
            };
            (answered, db)
        })
        .await?;
        db = back;
        answer(answered)?;
    }
    db.peer.close().await
}

async fn measure(run: &Run, kept: &mut HashMap<(bool, u64), Engine>) -> Result<Answer> {
    let engine = match run.kept_as().and_then(|key| kept.remove(&key)) {
        Some(engine) => engine,
        None => open(run).await?,
    };
    let mut checksum = Checksum::default();
    let start = Instant::now();
    for iteration in 0..run.iterations {
        match (run.job, run.is_tracked) {
            (Job::Point, false) => point(&engine, Run::key(iteration), &mut checksum).await?,
            (Job::Point, true) => point_tracked(&engine, Run::key(iteration), &mut checksum).await?,
            (Job::Load(_), false) => load(&engine, &mut checksum).await?,
            (Job::Load(_), true) => load_tracked(&engine, &mut checksum).await?,
            (Job::Insert(rows), false) => insert(&engine, rows).await?,
            (Job::Insert(rows), true) => insert_tracked(&engine, rows).await?,
        }
    }
    let elapsed = start.elapsed();
    if run.reads_at_end() {
        load(&engine, &mut checksum).await?;
    }
    if let Some(key) = run.kept_as() {
        kept.insert(key, engine);
    }
    Ok(Answer::Done(elapsed, checksum))
}

async fn open(run: &Run) -> Result<Engine> {
    let url = match run.file()? {
        Some(path) => format!("sqlite:///{}", path.display()),
        None => "sqlite://".into(),
    };
    let engine = Engine::new(&url)?;
    MetaData::of(models![User]).create_all(&engine).await?;
    if run.rows() > 0 {
        insert(&engine, run.rows()).await?;
    }
    Ok(engine)
}

async fn point(engine: &Engine, key: i64, checksum: &mut Checksum) -> Result {
    let user = black_box(User::query().filter(User::id.eq(key)).first(engine).await?.or_404()?);
    checksum.add(user.id, &user.name, user.hair_color.as_deref());
    Ok(())
}

async fn point_tracked(engine: &Engine, key: i64, checksum: &mut Checksum) -> Result {
    let mut db = engine.session();
    let user = User::query().filter(User::id.eq(key)).first(&mut db).await?.or_404()?;
    let user = black_box(&db[user]);
    checksum.add(user.id, &user.name, user.hair_color.as_deref());
    Ok(())
}

async fn load(engine: &Engine, checksum: &mut Checksum) -> Result {
    let users = black_box(User::query().all(engine).await?);
    for user in &users {
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
    }
    Ok(())
}

async fn load_tracked(engine: &Engine, checksum: &mut Checksum) -> Result {
    let mut db = engine.session();
    let users = User::query().all(&mut db).await?;
    for user in users {
        let user = black_box(&db[user]);
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
    }
    Ok(())
}

async fn insert(engine: &Engine, rows: u64) -> Result {
    let rows = (1..=rows).map(|id| User { id: auto(), name: Run::name(id), hair_color: None });
    User::insert_many(rows).execute(engine).await?;
    Ok(())
}

async fn insert_tracked(engine: &Engine, rows: u64) -> Result {
    let mut db = engine.session();
    for id in 1..=rows {
        db.add(User { id: auto(), name: Run::name(id), hair_color: None });
    }
    db.commit().await?;
    Ok(())
}
