//! The examples as processes: built, started in a folder of their own, asked over a socket, killed at the end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

/// No wait of a test is longer; only a broken product gets near it.
const DEADLINE: Duration = Duration::from_secs(20);

/// Where `cargo run` says which crate a program is of; a test is told so too, and a program by itself is not.
pub(crate) const CRATE_FOLDER: &str = "CARGO_MANIFEST_DIR";

/// A program that serves, in a folder of its own.
pub(crate) struct Server {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    port: u16,
    pub(crate) folder: TempDir,
}

/// What a request was answered with.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    /// Starts an example in an empty folder.
    pub(crate) fn start(example: &str) -> Self {
        Self::start_in(example, tempfile::tempdir().unwrap())
    }

    /// Starts an example in this folder.
    pub(crate) fn start_in(example: &str, folder: TempDir) -> Self {
        Self::start_as(command(example, folder.path()), folder)
    }

    /// Starts an example in an empty folder, with a variable in its environment.
    pub(crate) fn start_with(example: &str, (variable, value): (&str, &str)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(example, folder.path());
        command.env(variable, value);
        Self::start_as(command, folder)
    }

    fn start_as(mut command: Command, folder: TempDir) -> Self {
        let mut child = command.args(["--port", "0"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let lines = Arc::new(Mutex::new(Vec::new()));
        let port = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "it has ended: {:?}", lines.lock().unwrap());
            let port = line.split("http://127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()).map(|port| port.parse().unwrap());
            lines.lock().unwrap().push(line);
            if let Some(port) = port {
                break port;
            }
        };
        let rest = Arc::clone(&lines);
        thread::spawn(move || log.lines().map_while(Result::ok).for_each(|line| rest.lock().unwrap().push(line)));
        Self { child, lines, port, folder }
    }

    /// What sends requests to it, also after its end.
    pub(crate) fn client(&self) -> Client {
        Client { port: self.port }
    }

    /// Sends a request that must be answered.
    #[track_caller]
    pub(crate) fn send(&self, request: &str) -> Page {
        self.client().try_send(request).unwrap()
    }

    /// The lines of the log so far that contain a text.
    pub(crate) fn log(&self, text: &str) -> Vec<String> {
        self.lines.lock().unwrap().iter().filter(|line| line.contains(text)).cloned().collect()
    }

    /// Waits until a line of the log contains a text.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, text: &str) {
        let start = Instant::now();
        while self.log(text).is_empty() {
            assert!(start.elapsed() < DEADLINE, "no line with {text:?}: {:?}", self.lines.lock().unwrap());
            thread::sleep(Duration::from_millis(1)); // tidy: condition, the pause between two looks at it
        }
    }

    /// Opens its database beside it.
    pub(crate) fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("database.db")).unwrap()
    }

    /// Sends it the signal SIGTERM.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Waits for its end, and returns the code.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < DEADLINE, "it goes on: {:?}", self.lines.lock().unwrap());
            thread::sleep(Duration::from_millis(1)); // tidy: condition, the pause between two looks at it
        }
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it and gives its folder back.
    pub(crate) fn into_folder(mut self) -> TempDir {
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }
}

/// What sends requests to a server.
#[derive(Clone, Copy)]
pub(crate) struct Client {
    port: u16,
}

impl Client {
    /// Sends a request and reads the whole answer; an error if the connection ends before.
    pub(crate) fn try_send(self, request: &str) -> std::io::Result<Page> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(DEADLINE))?;
        write!(stream, "{request} HTTP/1.1\r\nhost: localhost\r\naccept: text/plain\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
        Ok(Page { status, head: head.to_lowercase(), body: body.to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Runs an example to its end, which must come.
#[track_caller]
pub(crate) fn run(example: &str, folder: &Path, arguments: &[&str]) -> Output {
    let mut child = command(example, folder).args(arguments).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > DEADLINE {
            child.kill().unwrap();
            panic!("`{example}` goes on: {:?}", child.wait_with_output());
        }
        thread::sleep(Duration::from_millis(1)); // tidy: condition, the pause between two looks at it
    }
    child.wait_with_output().unwrap()
}

fn command(example: &str, folder: &Path) -> Command {
    let mut command = Command::new(built(example));
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped());
    command.env_remove("RUST_LOG").env_remove("RUST_BACKTRACE").env_remove(CRATE_FOLDER);
    command
}

/// The program of an example. `cargo test` builds it beside this one, unless only this one was asked for.
fn built(example: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let this = std::env::current_exe().unwrap();
        let profile = this.parent().and_then(Path::parent).unwrap();
        let folder = profile.join("examples");
        let examples = ["people", "people_core", "people_imperative"];
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let newest = newest(&root.join("crates")).max(newest(&root.join("examples")));
        let stale = |example: &&str| changed(&folder.join(example)).is_none_or(|built| built < newest);
        if examples.iter().any(stale) {
            build(&root, profile);
        }
        folder
    });
    folder.join(format!("{example}{}", std::env::consts::EXE_SUFFIX))
}

fn build(root: &Path, profile: &Path) {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", "aludel", "--examples", "--target-dir"]).arg(profile.parent().unwrap());
    if profile.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.current_dir(root).status().unwrap().success());
}

/// When the newest source file under a folder was changed.
fn newest(folder: &Path) -> SystemTime {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let times = entries.filter(|path| !path.ends_with("tests")).filter_map(|path| match path.is_dir() {
        true => Some(newest(&path)),
        false => changed(&path).filter(|_| path.extension().is_some_and(|extension| extension == "rs")),
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

fn changed(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|metadata| metadata.modified()).ok()
}
