//! A PostgreSQL of a test's own, and its standbys.

use std::process::Stdio;
use std::time::Duration;

use super::home::{Home, free_port};
use super::programs::find;
use super::running::{Kill, Running, Stop, until};

/// How long a server may take to answer: one that was killed recovers first.
const START: Duration = Duration::from_secs(60);

/// A server.
#[derive(Debug)]
pub struct Postgres {
    running: Option<Running>,
    home: Home,
    port: u16,
    settings: Vec<String>,
}

impl Postgres {
    /// Makes a server and starts it. What it has told of is safe from a killed process, though not from a power cut.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(settings: &[&str]) -> Self {
        let home = Home::new("postgres");
        let mut maker = home.command(&find("initdb"));
        maker.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]).arg(home.data());
        home.run(&mut maker);
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let mut server = Self { running: None, home, port: free_port(), settings };
        server.serve();
        server
    }

    /// Makes a standby that follows this server, and starts it. `name` is what it calls itself there.
    ///
    /// # Panics
    /// If it does not start.
    pub fn standby(&self, name: &str) -> Self {
        let home = Home::new("postgres");
        let mut maker = home.command(&find("pg_basebackup"));
        let place = format!("host=127.0.0.1 port={} user=postgres application_name={name}", self.port);
        maker.args(["--checkpoint=fast", "--no-sync", "--write-recovery-conf", "--wal-method=stream", "--dbname", &place, "--pgdata"]);
        maker.arg(home.data());
        home.run(&mut maker);
        let mut server = Self { running: None, home, port: free_port(), settings: self.settings.clone() };
        server.serve();
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
        let answers = until(START, || self.start_once() && self.answers());
        assert!(answers, "the server does not answer:\n{}", self.home.last_words());
    }

    /// Starts it unless it runs: one whose first process was killed may refuse while others are left. `true` if it runs.
    fn start_once(&mut self) -> bool {
        if self.running.as_mut().is_some_and(|running| !running.has_ended()) {
            return true;
        }
        let mut command = self.home.command(&find("postgres"));
        command.arg("-D").arg(self.home.data()).args(["-p", &self.port.to_string()]);
        let ours = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100", "fsync=off", "wal_level=replica"];
        for setting in ours.into_iter().chain(self.settings.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        command.stdout(self.home.log()).stderr(self.home.log());
        self.running = Some(Running::start(command, self.home.path()));
        true
    }

    /// Whether it lets connections in.
    fn answers(&self) -> bool {
        let mut command = self.home.command(&find("pg_isready"));
        command.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "postgres"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// `kill -9`.
    pub fn kill(&mut self, kill: Kill) {
        match (kill, &self.running) {
            (Kill::Worker, Some(running)) if running.kill_worker("postgres: postgres") => {}
            _ => {
                if let Some(running) = self.running.take() {
                    running.kill(kill);
                }
            }
        }
    }

    /// Ends it.
    pub fn stop(&mut self, stop: Stop) {
        if let Some(running) = self.running.take() {
            running.stop(match stop {
                Stop::Fast => "INT",
                Stop::Immediate => "QUIT",
            });
        }
    }

    /// Tells a standby that it is the primary from now on; returns at once.
    ///
    /// # Panics
    /// If it cannot be told.
    pub fn promote(&self) {
        let mut command = self.home.command(&find("pg_ctl"));
        command.args(["promote", "--no-wait", "--pgdata"]).arg(self.home.data());
        self.home.run(&mut command);
    }

    /// Runs a statement by the server's own client; what it prints.
    ///
    /// # Panics
    /// If it fails.
    pub fn tell(&self, sql: &str) -> String {
        let mut command = self.home.command(&find("psql"));
        command.args([
            "-X",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "postgres",
            "-c",
            sql,
        ]);
        let output = command.output().expect("psql runs");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Waits until a statement's one field is this.
    ///
    /// # Panics
    /// If it does not come to that.
    pub fn until(&self, sql: &str, expected: &str) {
        assert!(until(START, || self.tell(sql) == expected), "{sql} does not become {expected}");
    }

    /// Keeps it from doing anything, or lets it go on.
    pub fn hold(&self, holds: bool) {
        if let Some(running) = &self.running {
            running.signal(if holds { "STOP" } else { "CONT" });
        }
    }
}
