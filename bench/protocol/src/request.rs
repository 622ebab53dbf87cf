//! What the driver may ask of a peer, and how it is spelled.

use std::io;
use std::path::PathBuf;

use crate::files::fresh_file;

/// Rows of the table that `point` reads from.
const POINT_ROWS: u64 = 10_000;

/// A line on stdin.
#[derive(Clone, Debug)]
pub enum Request {
    /// The version of SQLite.
    Version,
    /// A measured job.
    Run(Run),
    /// Tasks that write at the same time.
    Writers(Writers),
    /// How late a timer comes beside two long statements.
    Ticks(Form),
    /// So many statements that do not wait for one another, on a server.
    Pipeline(u64),
}

/// A job, where, and how often.
#[derive(Clone, Debug)]
pub struct Run {
    /// What to do in each iteration.
    pub job: Job,
    /// As objects of a session, for peers that have one.
    pub is_tracked: bool,
    /// Whether what an inserting job has written is read at its end, outside of the time that is taken.
    pub is_checked: bool,
    /// Which database.
    pub store: Store,
    /// How often.
    pub iterations: u64,
}

/// What to do in each iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Read one row by its key; the key differs from iteration to iteration.
    Point,
    /// Read a table of so many rows.
    Load(u64),
    /// Insert so many rows and commit.
    Insert(u64),
}

/// Tasks that insert into one file, each row committed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writers {
    /// How many tasks.
    pub tasks: u64,
    /// Rows of each task.
    pub rows: u64,
}

/// How a long statement runs in a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By the peer's engine.
    Engine,
    /// By the bare binding, on the thread of the task.
    Inline,
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// In memory.
    Memory,
    /// In a file: WAL, `synchronous=NORMAL`.
    File,
    /// On the PostgreSQL server that the driver gave, in a schema of its own.
    Postgres,
}

impl Run {
    /// Returns how many rows the table holds when the job begins.
    pub fn rows(&self) -> u64 {
        match self.job {
            Job::Point => POINT_ROWS,
            Job::Load(rows) => rows,
            Job::Insert(_) => 0,
        }
    }

    /// Returns the key that `point` reads in `iteration`.
    pub fn key(iteration: u64) -> i64 {
        (1 + iteration.wrapping_mul(7_919) % POINT_ROWS) as i64
    }

    /// Returns the name of row `id`, from 1 on.
    pub fn name(id: u64) -> String {
        format!("User {id}")
    }

    /// Returns a new database file for this run, in the folder that the driver gave; nothing in memory.
    ///
    /// # Errors
    /// If the driver gave no folder; on a server.
    pub fn file(&self) -> io::Result<Option<PathBuf>> {
        match self.store {
            Store::Memory => Ok(None),
            Store::File => fresh_file(&self.rows().to_string()).map(Some),
            Store::Postgres => Err(io::Error::other("this peer measures nothing on a server")),
        }
    }

    /// Returns whether what was inserted is to be read at the end.
    pub fn reads_at_end(&self) -> bool {
        self.is_checked && matches!(self.job, Job::Insert(_))
    }

    /// Returns a key under which a peer may keep the open database for later runs; none for jobs that write.
    pub fn kept_as(&self) -> Option<(bool, u64)> {
        let writes = matches!(self.job, Job::Insert(_));
        (!writes).then_some((self.store == Store::File, self.rows()))
    }

    fn parse(words: &[&str]) -> Option<Run> {
        let (words, is_checked) = match words {
            [words @ .., "unchecked"] => (words, false),
            words => (words, true),
        };
        let [job, store, iterations] = words else { return None };
        let (job, is_tracked) = match job.strip_suffix("-tracked") {
            Some(job) => (job, true),
            None => (*job, false),
        };
        let job = match job {
            "point" => Job::Point,
            _ => match job.strip_prefix("load") {
                Some(rows) => Job::Load(rows.parse().ok()?),
                None => Job::Insert(job.strip_prefix("insert")?.parse().ok()?),
            },
        };
        let store = match *store {
            "memory" => Store::Memory,
            "file" => Store::File,
            "postgres" => Store::Postgres,
            _ => return None,
        };
        Some(Run { job, is_tracked, is_checked, store, iterations: iterations.parse().ok()? })
    }
}

impl Writers {
    fn parse(words: &[&str]) -> Option<Writers> {
        let [tasks, rows] = words else { return None };
        Some(Writers { tasks: tasks.parse().ok()?, rows: rows.parse().ok()? })
    }
}

impl Form {
    fn parse(words: &[&str]) -> Option<Form> {
        match words {
            ["engine"] => Some(Form::Engine),
            ["inline"] => Some(Form::Inline),
            _ => None,
        }
    }
}

impl Request {
    /// Reads a line.
    ///
    /// # Errors
    /// If it is none of the protocol.
    pub fn parse(line: &str) -> io::Result<Request> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let request = match words.split_first() {
            Some((&"version", [])) => Some(Request::Version),
            Some((&"run", rest)) => Run::parse(rest).map(Request::Run),
            Some((&"writers", rest)) => Writers::parse(rest).map(Request::Writers),
            Some((&"ticks", rest)) => Form::parse(rest).map(Request::Ticks),
            Some((&"pipeline", [statements])) => statements.parse().ok().map(Request::Pipeline),
            _ => None,
        };
        request.ok_or_else(|| io::Error::other(format!("cannot read `{line}`")))
    }
}
