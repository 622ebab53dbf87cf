//! A MariaDB of a test's own.

use std::process::Stdio;
use std::time::Duration;

use super::home::{Home, free_port};
use super::programs::find;
use super::running::{Kill, Running, until};

/// How long a server may take to answer: one that was killed recovers first.
const START: Duration = Duration::from_secs(60);

/// A server.
#[derive(Debug)]
pub struct MariaDb {
    running: Option<Running>,
    home: Home,
    port: u16,
    options: Vec<String>,
}

impl MariaDb {
    /// Makes a server and starts it. What it has told of is safe from a killed process, though not from a power cut.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(options: &[&str]) -> Self {
        let home = Home::new("mysql");
        let mut maker = home.command(&find("mariadb-install-db"));
        maker.arg("--no-defaults").arg(format!("--datadir={}", home.data().display()));
        maker.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
        home.run(&mut maker);
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Self { running: None, home, port: free_port(), options };
        server.serve();
        server.tell("CREATE DATABASE IF NOT EXISTS test");
        server
    }

    /// Where it listens, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it, if it does not run, and waits until it answers.
    ///
    /// # Panics
    /// If it does not.
    pub fn serve(&mut self) {
        let answers = until(START, || {
            if self.running.as_mut().is_none_or(Running::has_ended) {
                self.start_once();
            }
            self.client("SELECT 1").is_ok()
        });
        assert!(answers, "the server does not answer:\n{}", self.home.last_words());
    }

    fn start_once(&mut self) {
        let mut command = self.home.command(&find("mariadbd"));
        command.arg("--no-defaults").arg(format!("--datadir={}", self.home.data().display())).arg(format!("--port={}", self.port));
        // Relative to the data folder: the whole path of a socket might be too long.
        command.args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--socket=server.sock", "--pid-file=server.pid"]);
        command.args(["--character-set-server=utf8mb4", "--max-connections=100", "--innodb-buffer-pool-size=64M"]);
        command.args(["--innodb-flush-log-at-trx-commit=1", "--innodb-flush-method=nosync"]);
        // Past the system's buffers the server of version 10.11 writes a log that it cannot read after one of a hundred kills: rows are
        // there twice, or under the key of another, or it does not start for "Data structure corruption".
        command.arg("--loose-innodb-log-file-buffering=1");
        command.args(&self.options).stdout(self.home.log()).stderr(self.home.log());
        self.running = Some(Running::start(command, self.home.path()));
    }

    /// Runs a statement by the server's own client.
    ///
    /// # Panics
    /// If it fails.
    pub fn tell(&self, sql: &str) {
        if let Err(error) = self.client(sql) {
            panic!("{sql}: {error}");
        }
    }

    fn client(&self, sql: &str) -> Result<(), String> {
        let mut command = self.home.command(&find("mariadb"));
        command.args(["--no-defaults", "--protocol=tcp", "-h127.0.0.1", "-uroot", "--connect-timeout=3"]);
        command.args([&format!("-P{}", self.port), "--batch", "-e", sql]).stdout(Stdio::null());
        let output = command.output().map_err(|error| error.to_string())?;
        output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// `kill -9` of its one process.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill(Kill::All);
        }
    }

    /// Ends it in order.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop("TERM");
        }
    }
}
