//! Reads requests from stdin and writes answers to stdout.

use std::fmt::Display;
use std::io::{self, BufRead, Lines, StdinLock, Write};
use std::sync::Once;
use std::time::Duration;

use crate::checksum::Checksum;
use crate::request::Request;

/// The requests on stdin, until it ends.
pub struct Requests(Lines<StdinLock<'static>>);

/// Returns the requests on stdin, in a process that has more than one thread, as every server has.
///
/// In a process of a single thread the C library locks nothing, neither in its allocator nor in the mutexes of SQLite: a
/// peer without a runtime would be compared in a state that no web application is ever in.
pub fn requests() -> Requests {
    static SECOND: Once = Once::new();
    SECOND.call_once(|| {
        std::thread::spawn(|| {
            loop {
                std::thread::park();
            }
        });
    });
    Requests(io::stdin().lock().lines())
}

impl Iterator for Requests {
    type Item = io::Result<Request>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.0.next()?;
        Some(line.and_then(|line| Request::parse(&line)))
    }
}

/// What a peer answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The version of SQLite.
    Version(String),
    /// A job was done.
    Done(Duration, Checksum),
    /// How late a timer came.
    Ticks {
        /// The worst of all its ticks.
        lateness: Duration,
        /// What the statements beside it took together.
        statements: Duration,
    },
    /// How long statements took that do not wait for one another.
    Pipeline {
        /// One that is prepared.
        one: Duration,
        /// All of them, new to the connection.
        fresh: Duration,
        /// All of them, prepared.
        prepared: Duration,
    },
}

/// Writes an answer.
///
/// # Errors
/// If stdout is closed.
pub fn answer(answer: Result<Answer, impl Display>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match answer {
        Ok(Answer::Version(version)) => writeln!(out, "version {version}")?,
        Ok(Answer::Done(elapsed, checksum)) => writeln!(out, "ok {} {}", elapsed.as_nanos(), checksum.value())?,
        Ok(Answer::Ticks { lateness, statements }) => writeln!(out, "ticks {} {}", lateness.as_nanos(), statements.as_nanos())?,
        Ok(Answer::Pipeline { one, fresh, prepared }) => {
            writeln!(out, "pipeline {} {} {}", one.as_nanos(), fresh.as_nanos(), prepared.as_nanos())?
        }
        Err(error) => writeln!(out, "error {}", error.to_string().replace('\n', " "))?,
    }
    out.flush()
}
