//! Tasks that write one file through one engine at the same time; each row is inserted and committed by itself.

use std::time::Instant;

use aludel::prelude::*;
use bench_protocol::{Answer, Checksum, Run, Writers, fresh_file};

use crate::user::User;

pub(crate) async fn measure(writers: Writers) -> Result<Answer> {
    let engine = Engine::new(&format!("sqlite:///{}", fresh_file("writers")?.display()))?;
    MetaData::of(models![User]).create_all(&engine).await?;
    let start = Instant::now();
    // One task is spawned too, so that it runs on a worker as the many do.
    let tasks: Vec<_> = (0..writers.tasks).map(|task| tokio::spawn(insert(engine.clone(), writers, task))).collect();
    for task in tasks {
        task.await??;
    }
    let elapsed = start.elapsed();
    let mut checksum = Checksum::default();
    for user in User::query().all(&engine).await? {
        checksum.add(user.id, &user.name, user.hair_color.as_deref());
    }
    Ok(Answer::Done(elapsed, checksum))
}

async fn insert(engine: Engine, writers: Writers, task: u64) -> Result {
    for row in 1..=writers.rows {
        let name = Run::name(task * writers.rows + row);
        User::insert_many([User { id: auto(), name, hair_color: None }]).execute(&engine).await?;
    }
    Ok(())
}
