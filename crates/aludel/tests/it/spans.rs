//! Spans of `tracing` around what is done on a database.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use aludel::prelude::*;
use tracing_subscriber::fmt::format::FmtSpan;

#[derive(Model, Debug)]
#[table(name = "people")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

/// What a subscriber has written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The spans that were closed while `work` ran, with those around them.
fn spans(work: impl AsyncFnOnce() -> Result) -> Vec<String> {
    let written = Written::default();
    let writer = written.clone();
    let log = tracing_subscriber::fmt().with_env_filter("aludel::span=debug").with_writer(move || writer.clone());
    let log = log.with_span_events(FmtSpan::CLOSE).with_ansi(false).without_time().finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(log, || runtime.block_on(work())).unwrap();
    let bytes = written.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    String::from_utf8(bytes).unwrap().lines().map(|line| line.split(": close").next().unwrap().trim().to_owned()).collect()
}

#[test]
fn statements_connections_and_transactions_have_spans() {
    let spans = spans(async || {
        let engine = Engine::new("sqlite://")?;
        MetaData::of(models![Person]).create_all(&engine).await?;
        let mut db = engine.session();
        db.add(Person { id: auto(), name: "ann".into() });
        db.commit().await?;
        assert_eq!(Person::query().all(&engine).await?.len(), 1);
        db.add(Person { id: auto(), name: "ann".into() });
        db.commit().await.expect_err("the name is taken");
        db.rollback().await?;
        Ok(())
    });
    let has = |parts: &[&str]| spans.iter().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(has(&["checkout{database=", "}:connect{database="]), "{spans:#?}");
    assert!(has(&["transaction{step=BEGIN}"]) && has(&["transaction{step=COMMIT}"]), "{spans:#?}");
    assert!(has(&["statement{sql=\"SELECT ", "times=1 caller=", "spans.rs:", "rows=1 affected=0}"]), "{spans:#?}");
    assert!(has(&["statement{sql=\"INSERT ", "rows=0 affected=1}"]), "{spans:#?}");
    assert!(has(&["statement{sql=\"INSERT ", "rows=0 failed=\"IntegrityError\"}"]), "{spans:#?}");
    assert!(!spans.iter().any(|line| line.contains("ann")), "a value is in a span: {spans:#?}");
}
