//! The scan of what tests log and of their errors finds a value that is said on purpose.

use std::process::{Command, Stdio};

use aludel_engine::{Engine, witness};
use aludel_sql::{Error, raw};
use aludel_sqlite::Sqlite;
use tempfile::TempDir;

const SAYS: &str = "ALUDEL_TEST_WITNESS_SAYS";
const VALUE: &str = "an unmistakable value";

/// What a process leaves that is told to say the value in this way.
fn left(says: &str) -> String {
    let folder = TempDir::new().expect("a folder");
    let mut command = Command::new(std::env::current_exe().expect("the test binary"));
    command.args(["--exact", "witness::entry"]).env(SAYS, says).env(witness::FOLDER, folder.path());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("a process");
    assert!(status.success(), "{says}: {status}");
    let files = std::fs::read_dir(folder.path()).expect("what was left");
    files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a text")).collect()
}

fn found(left: &str) -> usize {
    left.lines().filter(|line| line.starts_with("found") && line.contains(VALUE)).count()
}

#[test]
fn a_value_that_is_said_is_found() {
    for says in ["event", "span", "field", "error", "hint", "cause"] {
        let left = left(says);
        assert_eq!(found(&left), 1, "{says}: {left}");
    }
}

/// What the database said is shown on request alone, and may quote values.
#[test]
fn nothing_is_found_where_nothing_is_said() {
    for says in ["nothing", "detail"] {
        let left = left(says);
        assert_eq!(found(&left), 0, "{says}: {left}");
        assert!(left.contains("counted"), "the statement itself is logged: {left}");
    }
}

/// Does what the environment says; without one there is nothing to do.
#[tokio::test]
async fn entry() {
    let Ok(says) = std::env::var(SAYS) else { return };
    let engine = Engine::on(Sqlite::from_url("sqlite://").expect("a URL"));
    let row = raw("SELECT :value").bind("value", VALUE).one(&engine).await.expect("a row");
    assert_eq!(row.get::<String>(0), VALUE);
    let error = Error::usage("not said");
    match &*says {
        "event" => tracing::debug!("a row of {VALUE}"),
        "span" => drop(tracing::info_span!("a span", value = VALUE)),
        "field" => tracing::debug!(value = VALUE, "a row"),
        "error" => drop(Error::usage(format!("no row of {VALUE}"))),
        "hint" => drop(error.hint(format!("say {VALUE}"))),
        "cause" => drop(error.caused_by(format!("no {VALUE}"))),
        "detail" => drop(error.with_detail(format!("no {VALUE}"))),
        _ => {}
    }
}
