//! What Aludel logs, for tests that assert it: each test reads what its own thread has logged, or what names it.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use aludel::tracing::field::{Field, Visit};
use aludel::tracing::{Event, Level};
use expect_test::Expect;

/// What one event said.
#[derive(Clone, Debug)]
struct Line {
    thread: ThreadId,
    target: &'static str,
    level: Level,
    text: String,
    sql: Option<String>,
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// A place in the log.
pub(crate) struct Log {
    from: usize,
}

impl Log {
    /// From here on.
    pub(crate) fn begin() -> Self {
        aludel::engine::witness::listen(record);
        Self { from: lines().len() }
    }

    fn here(&self) -> Vec<Line> {
        let this = thread::current().id();
        lines()[self.from..].iter().filter(|line| line.thread == this).cloned().collect()
    }

    /// The statements that this thread has sent, a line each, with how often one was repeated.
    pub(crate) fn sql(&self) -> String {
        let statements = self.here().into_iter().filter(|line| line.target == "aludel::sql");
        let written = statements.map(|line| line.sql.unwrap_or(line.text));
        written.filter(|text| !text.starts_with("BEGIN")).map(|text| format!("{text}\n")).collect()
    }

    /// Compares the statements since the beginning.
    #[track_caller]
    pub(crate) fn check(&self, expected: Expect) {
        expected.assert_eq(&self.sql());
    }

    /// The warnings and errors of this thread.
    pub(crate) fn own_complaints(&self) -> Vec<String> {
        self.here().into_iter().filter(|line| line.level <= Level::WARN).map(|line| line.text).collect()
    }

    /// The warnings and errors of all threads that contain a text; one that no other test can come to.
    pub(crate) fn complaints(&self, about: &str) -> Vec<String> {
        let serious = |line: &&Line| line.level <= Level::WARN && line.text.contains(about);
        lines()[self.from..].iter().filter(serious).map(|line| format!("{} {}", line.level, line.text)).collect()
    }
}

fn lines() -> std::sync::MutexGuard<'static, Vec<Line>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes what our own crates say.
fn record(event: &Event<'_>) {
    let metadata = event.metadata();
    if !metadata.target().starts_with("aludel") {
        return;
    }
    let mut words = Words::default();
    event.record(&mut words);
    let Words { message, fields, sql, times } = words;
    let sql = sql.map(|sql| if times > 1 { format!("{sql} x{times}") } else { sql });
    let text = format!("{message}{fields}");
    lines().push(Line { thread: thread::current().id(), target: metadata.target(), level: *metadata.level(), text, sql });
}

#[derive(Default)]
struct Words {
    message: String,
    fields: String,
    sql: Option<String>,
    times: u64,
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "sql" => self.sql = Some(value.to_owned()),
            _ => self.record_debug(field, &format_args!("{value}")),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "times" => self.times = value,
            _ => self.record_debug(field, &value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.fields.push_str(&format!(" {name}={value:?}")),
        }
    }
}
