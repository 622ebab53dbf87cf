//! Who a server runs as: the person who runs the tests, but for root, whom the servers refuse.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A user of the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// The user of this name, if we are root.
    pub(super) fn instead_of_root(name: &str) -> Option<Self> {
        let ours = fs::metadata("/proc/self").expect("a system with /proc").uid();
        (ours == 0).then(|| Self { uid: number(&["-u", name]), gid: number(&["-g", name]) })
    }

    /// Lets a command run as this user.
    pub(super) fn run_as(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives a folder to this user.
    pub(super) fn give(self, folder: &Path) {
        chown(folder, Some(self.uid), Some(self.gid)).expect("root may do that");
    }
}

fn number(arguments: &[&str]) -> u32 {
    let output = Command::new("id").args(arguments).output().expect("`id` runs");
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    text.parse().unwrap_or_else(|_none| panic!("there is no user for the server: `id {}` says {output:?}", arguments.join(" ")))
}
