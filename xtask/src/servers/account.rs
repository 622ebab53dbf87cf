//! Who a server runs as: the person who runs us, but for root, whom the servers refuse.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::kind::Kind;
use crate::shell::{self, Outcome};

/// A user of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Returns the user of the servers of `kind`, if they cannot run as who we are.
    ///
    /// # Errors
    /// If there is no such user.
    pub(super) fn of(kind: &Kind) -> Outcome<Option<Account>> {
        if !is_root()? {
            return Ok(None);
        }
        let number = |option: &str| number(&[option, kind.account]);
        match (number("-u"), number("-g")) {
            (Ok(uid), Ok(gid)) => Ok(Some(Account { uid, gid })),
            _ => {
                let (name, account) = (kind.name, kind.account);
                Err(format!("{name} does not run as root, and there is no user `{account}`: run `useradd --system {account}`").into())
            }
        }
    }

    /// Returns what [`Account::parse`] reads.
    pub(super) fn to_word(self) -> String {
        format!("{}:{}", self.uid, self.gid)
    }

    /// Reads `uid:gid`.
    pub(super) fn parse(word: &str) -> Option<Account> {
        let (uid, gid) = word.split_once(':')?;
        Some(Account { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
    }

    /// Lets `command` run as this user.
    pub(super) fn run_as(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Tells whether this user may go into `folder`.
    pub(super) fn reaches(self, folder: &Path) -> bool {
        let mut command = Command::new("sh");
        command.args(["-c", "cd \"$1\"", "sh"]).arg(folder).current_dir("/").stderr(Stdio::null());
        self.run_as(&mut command);
        command.status().is_ok_and(|status| status.success())
    }

    /// Makes a folder that belongs to this user.
    ///
    /// # Errors
    /// If it is there, or cannot be made.
    pub(super) fn make_folder(self, folder: &Path) -> Outcome {
        fs::create_dir(folder)?;
        Ok(chown(folder, Some(self.uid), Some(self.gid))?)
    }
}

/// Tells whether we are root.
///
/// # Errors
/// If the system does not tell.
pub(super) fn is_root() -> Outcome<bool> {
    Ok(number(&["-u"])? == 0)
}

fn number(arguments: &[&str]) -> Outcome<u32> {
    let (stdout, _) = shell::output(Command::new("id").args(arguments))?;
    Ok(stdout.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn a_word_comes_back() {
        let account = Account { uid: 105, gid: 114 };
        assert_eq!(Account::parse(&account.to_word()), Some(account));
        assert_eq!(Account::parse("-"), None);
    }
}
