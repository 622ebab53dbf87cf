//! A peer: built from its own workspace in `bench/`, started as a process, asked line by line.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::shell::{self, Outcome};

/// The programs that could be built, all of them before anything is measured.
pub(crate) struct Peers {
    programs: Vec<(&'static str, PathBuf)>,
}

impl Peers {
    /// Builds the workspaces `bench/NAME` for release; a name may come twice. What does not build is named and left out.
    pub(crate) fn build(names: impl IntoIterator<Item = &'static str>) -> Peers {
        let mut tried = Vec::new();
        let mut programs = Vec::new();
        for name in names {
            if tried.contains(&name) {
                continue;
            }
            tried.push(name);
            match build(name) {
                Ok(program) => programs.push((name, program)),
                Err(error) => println!("    left out: {error}"),
            }
        }
        Peers { programs }
    }

    /// Returns the program of the peer `name`, if it was built.
    pub(crate) fn program(&self, name: &str) -> Option<&Path> {
        self.programs.iter().find(|(built, _)| *built == name).map(|(_, program)| program.as_path())
    }

    /// Returns the program of the peer `name`, without which there is nothing to measure.
    ///
    /// # Errors
    /// If it was not built.
    pub(crate) fn required(&self, name: &str) -> Outcome<&Path> {
        self.program(name).ok_or_else(|| format!("bench/{name} was not built").into())
    }
}

fn build(name: &str) -> Outcome<PathBuf> {
    shell::heading(&format!("bench: build {name}"));
    let target = target_folder();
    let manifest = format!("bench/{name}/Cargo.toml");
    let mut command = shell::cargo(&["build", "--release", "--quiet", "--manifest-path", &manifest]);
    shell::run(command.env("CARGO_TARGET_DIR", &target)).map_err(|error| format!("bench/{name}: {error}"))?;
    Ok(target.join("release").join(format!("bench-{name}")))
}

/// Returns the folder that the workspaces in `bench/` build into.
pub(crate) fn target_folder() -> PathBuf {
    shell::target_dir().join("bench")
}

/// Makes a fresh, empty folder for the database files of `name`.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn data_folder(name: &str) -> Outcome<PathBuf> {
    let folder = target_folder().join("data").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A running peer.
pub(crate) struct Peer {
    child: Child,
    /// Closing it ends the peer.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// What a peer measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) nanoseconds: f64,
    pub(crate) checksum: u64,
}

/// How late a timer came beside long statements, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticks {
    /// The worst of all ticks.
    pub(crate) lateness: f64,
    /// What the statements took together.
    pub(crate) statements: f64,
}

/// How long statements took that do not wait for one another, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pipelined {
    /// One that is prepared.
    pub(crate) one: f64,
    /// All of them, new to the connection.
    pub(crate) fresh: f64,
    /// All of them, prepared.
    pub(crate) prepared: f64,
}

/// How a peer runs long statements.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// By its engine.
    Engine,
    /// By the bare binding, on the thread of the task.
    Inline,
}

impl Peer {
    /// Starts `command`, which must speak the protocol.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) fn start(command: &mut Command) -> Outcome<Peer> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("the peer has no stdout")?);
        Ok(Peer { child, requests, answers })
    }

    /// Returns the version of its database.
    ///
    /// # Errors
    /// If the peer says something else.
    pub(crate) fn version(&mut self) -> Outcome<String> {
        let answer = self.ask("version")?;
        Ok(answer.strip_prefix("version ").ok_or_else(|| format!("not a version: `{answer}`"))?.to_owned())
    }

    /// Sends a `run` request and waits for its end.
    ///
    /// # Errors
    /// If the peer failed, with its message.
    pub(crate) fn measure(&mut self, request: &str) -> Outcome<Measured> {
        let answer = self.ask(request)?;
        match answer.split_whitespace().collect::<Vec<_>>()[..] {
            ["ok", nanoseconds, checksum] => Ok(Measured { nanoseconds: nanoseconds.parse()?, checksum: checksum.parse()? }),
            _ => Err(format!("`{request}` gave `{answer}`").into()),
        }
    }

    /// Measures a timer and waits for its end.
    ///
    /// # Errors
    /// If the peer failed, with its message.
    pub(crate) fn ticks(&mut self, form: Form) -> Outcome<Ticks> {
        let request = match form {
            Form::Engine => "ticks engine",
            Form::Inline => "ticks inline",
        };
        let answer = self.ask(request)?;
        match answer.split_whitespace().collect::<Vec<_>>()[..] {
            ["ticks", lateness, statements] => Ok(Ticks { lateness: lateness.parse()?, statements: statements.parse()? }),
            _ => Err(format!("`{request}` gave `{answer}`").into()),
        }
    }

    /// Measures so many statements that go out together.
    ///
    /// # Errors
    /// If the peer failed, with its message.
    pub(crate) fn pipeline(&mut self, statements: usize) -> Outcome<Pipelined> {
        let request = format!("pipeline {statements}");
        let answer = self.ask(&request)?;
        match answer.split_whitespace().collect::<Vec<_>>()[..] {
            ["pipeline", one, fresh, prepared] => Ok(Pipelined { one: one.parse()?, fresh: fresh.parse()?, prepared: prepared.parse()? }),
            _ => Err(format!("`{request}` gave `{answer}`").into()),
        }
    }

    fn ask(&mut self, request: &str) -> Outcome<String> {
        let requests = self.requests.as_mut().ok_or("the peer has no stdin")?;
        writeln!(requests, "{request}")?;
        requests.flush()?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            return Err(format!("the peer ended during `{request}`").into());
        }
        Ok(answer.trim_end().to_owned())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.requests.take());
        // It ends by itself when its stdin does; nothing is left to do if it cannot be waited for.
        let _ = self.child.wait();
    }
}
