//! Units of work that run again, statements that are to end, and columns of every type by the session.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aludel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::library::{Author, author, library};

fn in_the_way() -> aludel::Error {
    DbError::new(ErrorKind::Serialization, "in the way").into()
}

#[aludel::test(library)]
async fn a_unit_of_work_runs_again_from_its_start(engine: Engine) -> Result {
    let runs = AtomicU32::new(0);
    let id = engine
        .transaction(async |mut db| {
            let added = db.add(author("Ann"));
            db.flush().await?;
            match runs.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => Err(in_the_way()),
                _ => Ok(db[added].id),
            }
        })
        .await?;
    assert_eq!((id, runs.load(Ordering::Relaxed)), (1, 3));
    assert_eq!(Author::query().count(&engine).await?, 1, "what failed has left nothing");
    Ok(())
}

#[aludel::test(library)]
async fn not_for_ever_and_not_for_every_error(engine: Engine) -> Result {
    let runs = AtomicU32::new(0);
    let always = engine
        .transaction(async |mut db| {
            runs.fetch_add(1, Ordering::Relaxed);
            db.add(author("Ann"));
            Err::<(), _>(in_the_way())
        })
        .await;
    assert_eq!(always.unwrap_err().to_string(), "SerializationError: in the way");
    assert_eq!(runs.swap(0, Ordering::Relaxed), 12);
    let once = engine
        .transaction(async |mut db| {
            runs.fetch_add(1, Ordering::Relaxed);
            db.add(author("Ann"));
            db.flush().await?;
            db.add(author("Ann"));
            Ok(())
        })
        .await;
    assert!(once.unwrap_err().to_string().contains("uq_authors_name"));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(Author::query().count(&engine).await?, 0);
    Ok(())
}

#[aludel::test(library)]
async fn a_session_does_not_leave_its_unit_of_work(engine: Engine) -> Result {
    let error = engine
        .transaction(async |db| {
            std::mem::forget(db);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.to_string().contains("kept beyond its closure"), "{error:?}");
    Ok(())
}

/// Nobody writes between what one of them reads and what it writes.
#[aludel::test(library)]
async fn units_of_work_side_by_side_lose_nothing(engine: Engine) -> Result {
    Author::insert().set(Author::name, "Ann").set(Author::score, 0.0).execute(&engine).await?;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    engine
                        .transaction_with(Begin::default().isolation(Isolation::Serializable), async |mut db| {
                            let ann = db.get::<Author>(1).await?.or_404()?;
                            db[ann].score += 1.0;
                            Ok(())
                        })
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(Author::query().one(&engine).await?.score, 80.0);
    Ok(())
}

#[aludel::test(library)]
async fn a_statement_ends_when_its_time_is_over(engine: Engine) -> Result {
    let endless = raw("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
    let error = timeout(Duration::from_millis(20), endless.one(&engine)).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Timeout, "{error:?}");
    let nested = timeout(Duration::from_secs(60), timeout(Duration::from_millis(20), endless.one(&engine))).await;
    assert_eq!(*nested.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(timeout(Duration::from_secs(60), Author::query().count(&engine)).await?, 0);
    Ok(())
}

#[aludel::test(library)]
async fn a_statement_ends_when_somebody_says_so(engine: Engine) -> Result {
    let mut connection = engine.connect().await?;
    let cancel = connection.canceller()?;
    let caller = std::thread::spawn(move || {
        // It may come before the statement, and then ends nothing.
        // tidy: condition, that the statement runs is known to SQLite alone
        std::thread::sleep(Duration::from_millis(50));
        drop(cancel());
    });
    let endless = raw("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
    let error = timeout(Duration::from_secs(60), endless.one(&mut connection)).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Cancelled, "{error:?}");
    caller.join().unwrap();
    assert_eq!(Author::query().count(&mut connection).await?, 0);
    Ok(())
}

#[derive(SqlType, Clone, Copy, Debug, PartialEq)]
enum Status {
    Open,
    #[sql(name = "done'd")]
    Done,
}

#[derive(SqlType, Clone, Debug, PartialEq)]
struct Email(String);

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Note {
    text: String,
}

#[derive(Model, Debug)]
#[table(name = "tickets")]
struct Ticket {
    #[column(primary_key)]
    id: Uuid,
    status: Status,
    by: Option<Email>,
    note: Json<Note>,
    at: Timestamp,
    tags: Vec<String>,
    limits: u32,
}

fn tickets() -> App {
    App::new("tickets").models(models![Ticket])
}

#[aludel::test(tickets)]
async fn columns_of_every_type(mut db: Db, engine: Engine) -> Result {
    let (id, at) = (Uuid::now_v7(), now());
    let (by, note) = (Some(Email("ann@x".into())), Json(Note { text: "hi".into() }));
    let ticket = db.add(Ticket { id, status: Status::Open, by, note, at, tags: vec!["a,b".into()], limits: u32::MAX });
    db.commit().await?;
    db[ticket].note.text.push('!');
    assert!(db.flush().await.is_ok(), "a change within JSON is one");
    db[ticket].status = Status::Done;
    db[ticket].tags.push("\"q\"".into());
    db.commit().await?;
    let found = Ticket::query().filter(Ticket::status.eq(Status::Done)).filter(Ticket::at.le(now())).one(&engine).await?;
    assert_eq!((found.id, found.at, found.limits), (id, at, u32::MAX));
    assert_eq!((found.note.text.as_str(), found.tags), ("hi!", vec!["a,b".to_owned(), "\"q\"".to_owned()]));
    assert_eq!(db.get::<Ticket>(id).await?, Some(ticket));
    let refused = raw("UPDATE tickets SET status = 'lost'").execute(&engine).await.unwrap_err();
    assert!(refused.to_string().contains("ck_tickets_status"), "{refused:?}");
    Ok(())
}
