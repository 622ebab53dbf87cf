//! Many tasks write one file: nobody is told that it is locked, and nothing is lost.

use aludel_engine::Engine;
use aludel_sqlite::{Location, Sqlite};
use tokio::task::JoinSet;

use crate::people::insert;
use crate::world::{World, foreign_workers, on};

const TASKS: usize = 32;
const ROWS: usize = 200;

/// Half of the tasks commit each row by itself, the others read and write in transactions.
async fn insert_rows(engine: Engine, task: usize) {
    for row in 0..ROWS {
        let name = format!("{task}-{row}");
        match task % 2 {
            0 => assert_eq!(engine.execute(insert(name)).await.expect("to insert"), 1),
            _ => {
                let mut transaction = engine.begin().await.expect("to begin");
                aludel_sql::raw("SELECT count(*) FROM people").one(&mut transaction).await.expect("to read");
                transaction.execute(insert(name)).await.expect("to insert");
                transaction.commit().await.expect("to commit");
            }
        }
    }
}

#[track_caller]
fn check(world: &World, engines: &[Engine]) {
    let mut tasks = JoinSet::new();
    let runtime = foreign_workers(2);
    for task in 0..TASKS {
        tasks.spawn_on(insert_rows(engines[task % engines.len()].clone(), task), runtime.handle());
    }
    on(&runtime, async move { while tasks.join_next().await.transpose().expect("no task panics").is_some() {} });
    assert_eq!(world.count(), i64::try_from(TASKS * ROWS).expect("small"));
}

#[test]
fn thirty_two_tasks_of_one_engine() {
    let runtime = foreign_workers(1);
    let (world, engine) = on(&runtime, World::with_people());
    check(&world, &[engine]);
}

#[test]
fn thirty_two_tasks_of_three_engines_that_call_the_file_by_three_names() {
    let runtime = foreign_workers(1);
    let (world, engine) = on(&runtime, World::with_people());
    let link = world.folder().join("link.db");
    std::os::unix::fs::symlink(world.file(), &link).expect("a link");
    let here = std::env::current_dir().expect("a folder");
    let up: std::path::PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = up.join(world.file().strip_prefix("/").expect("an absolute path"));
    let other = |path| Engine::on(Sqlite::new(Location::file(path)));
    check(&world, &[engine, other(link), other(relative)]);
}
