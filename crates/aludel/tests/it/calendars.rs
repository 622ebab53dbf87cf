//! The dates and times of other libraries in a model.

use aludel::prelude::*;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

#[derive(Model, Debug, Clone, PartialEq)]
#[table(name = "visits")]
struct Visit {
    #[column(primary_key)]
    id: i64,
    day: NaiveDate,
    begun: DateTime<Utc>,
    took: Option<TimeDelta>,
    ended: OffsetDateTime,
    noted: Option<PrimitiveDateTime>,
    pause: Duration,
}

fn visits() -> App {
    App::new("visits").models(models![Visit])
}

#[aludel::test(visits)]
async fn they_are_read_as_they_were_written(mut db: Db, engine: Engine) -> Result {
    let begun = DateTime::from_timestamp(1_719_835_200, 1_000).unwrap();
    let ended = OffsetDateTime::from_unix_timestamp(1_719_838_800).unwrap();
    let (took, pause) = (Some(TimeDelta::microseconds(-7)), Duration::minutes(5));
    let visit = Visit { id: auto(), day: begun.date_naive(), begun, took, ended, noted: None, pause };
    let obj = db.add(visit.clone());
    db.commit().await?;
    let visit = Visit { id: db[obj].id, ..visit };
    assert_eq!(Visit::query().filter(Visit::begun.eq(begun)).filter(Visit::pause.ge(pause)).all(&engine).await?, [visit]);
    // Read by another session, a change of one of them is found.
    let mut other = engine.session();
    let found = other.get::<Visit>(1).await?.unwrap();
    other[found].noted = Some(PrimitiveDateTime::new(ended.date(), ended.time()));
    other.commit().await?;
    assert_eq!(Visit::query().filter(Visit::noted.is_null()).count(&engine).await?, 0);
    Ok(())
}
