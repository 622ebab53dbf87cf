//! Runs other programs, cargo above all, and says so first; every command of `xtask` stands on it.
//! Knows no command and no rule.

use std::error::Error;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// What a command of `xtask` gives: an error is a message for the developer.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Returns the folder of the main workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}

/// Returns the folder that cargo builds into: `CARGO_TARGET_DIR`, else `target` of the main workspace.
pub(crate) fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Returns a call of the cargo that started us, in the main workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// Prints the heading of a step.
pub(crate) fn heading(text: &str) {
    println!("\n==> {text}");
}

/// Runs `command` with its output on ours.
///
/// # Errors
/// If it cannot be started or fails; the message shows the whole command.
pub(crate) fn run(command: &mut Command) -> Outcome {
    println!("    $ {}", shown(command));
    let status = command.status().map_err(|error| format!("cannot run `{}`: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", shown(command)).into()) }
}

/// Runs `command`, shows its output as it comes and returns the lines, and whether it succeeded.
///
/// # Errors
/// Only if it cannot be started or read.
pub(crate) fn run_and_listen(command: &mut Command) -> Outcome<(Vec<String>, bool)> {
    println!("    $ {}", shown(command));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let streams: Vec<Box<dyn Read + Send>> = [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ]
    .into_iter()
    .flatten()
    .collect();
    let readers: Vec<_> = streams.into_iter().map(|stream| thread::spawn(move || echo(stream))).collect();
    let mut lines = Vec::new();
    for reader in readers {
        lines.extend(reader.join().map_err(|_| "the reader of a program's output panicked")?);
    }
    Ok((lines, child.wait()?.success()))
}

/// Runs `command` silently and returns what it wrote to stdout and stderr.
///
/// # Errors
/// If it cannot be started or fails; the message ends with what it wrote.
pub(crate) fn output(command: &mut Command) -> Outcome<(String, String)> {
    let output = command.output().map_err(|error| format!("cannot run `{}`: {error}", shown(command)))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(format!("`{}` failed ({})\n{stderr}", shown(command), output.status).into());
    }
    Ok((stdout, stderr))
}

/// Tells whether `program arguments` can be started and succeeds.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn echo(stream: impl Read) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        println!("{line}");
        lines.push(line);
    }
    lines
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}
