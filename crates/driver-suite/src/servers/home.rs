//! `Home`: the folder of a server, which is gone with it, and the commands that are run there.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::account::Account;

/// The folder of a server.
#[derive(Debug)]
pub(super) struct Home {
    folder: TempDir,
    account: Option<Account>,
}

impl Home {
    /// A new one, of the user of this name if we are root.
    pub(super) fn new(account: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("aludel-").tempdir().expect("a folder");
        let account = Account::instead_of_root(account);
        if let Some(account) = account {
            account.give(folder.path());
        }
        Self { folder, account }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A command that is to run here, as who may.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Two that are made at the same time must not meet in one temporary folder.
        command.current_dir(self.folder.path()).env("TMPDIR", self.folder.path()).stdin(Stdio::null());
        if let Some(account) = self.account {
            account.run_as(&mut command);
        }
        command
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, command: &mut Command) {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
        assert!(output.status.success(), "{command:?} has failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Where a server writes its log.
    pub(super) fn log(&self) -> File {
        File::options().create(true).append(true).open(self.log_path()).expect("a log")
    }

    /// The last lines of the log.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read(self.log_path()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

/// A port that nobody uses.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}
