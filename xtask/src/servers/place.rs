//! Where a server of ours keeps its data: a folder that one run has for itself, and that the next one takes over.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::account::Account;
use super::kind::Kind;
use super::process;
use crate::shell::{self, Outcome};

/// How many runs may have servers at the same time.
const MOST_RUNS: usize = 8;
/// How long a server may take to end.
const END: Duration = Duration::from_secs(15);

/// The folder of a server.
pub(super) struct Place {
    folder: PathBuf,
    account: Option<Account>,
    /// Held as long as the folder is ours; the system lets go of it when we end, in whatever way.
    _lock: File,
}

impl Place {
    /// Takes the first folder for a server of `kind` that no other run has, and stops the server that a killed run left in it.
    ///
    /// # Errors
    /// If no folder can be had, or the old server does not end.
    pub(super) fn take(kind: &Kind, account: Option<Account>) -> Outcome<Place> {
        let base = base(account)?;
        for number in 1..=MOST_RUNS {
            let name = if number == 1 { kind.folder.to_owned() } else { format!("{}-{number}", kind.folder) };
            let lock = File::options().create(true).truncate(false).write(true).open(base.join(format!("{name}.lock")))?;
            match lock.try_lock() {
                Ok(()) => {
                    let place = Place { folder: base.join(name), account, _lock: lock };
                    place.stop_left_over(kind)?;
                    return Ok(place);
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        Err(format!("{MOST_RUNS} other runs have a server in `{}`", base.display()).into())
    }

    /// Returns the folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the user that it belongs to, if that is not who we are.
    pub(super) fn account(&self) -> Option<Account> {
        self.account
    }

    /// Returns the data folder in it.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Returns the file for what the server says.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Returns the file with the number of the process that serves the folder.
    pub(super) fn pid_file(&self) -> PathBuf {
        self.folder.join("pid")
    }

    /// Tells whether there is data that was made, to its end, by that version of the programs.
    pub(super) fn is_made_by(&self, version: &str) -> bool {
        fs::read_to_string(self.mark()).is_ok_and(|made_by| made_by == version)
    }

    /// Notes that the data is made.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn mark_made_by(&self, version: &str) -> Outcome {
        Ok(fs::write(self.mark(), version)?)
    }

    /// Makes the folder anew, without data.
    ///
    /// # Errors
    /// If it cannot be removed or made.
    pub(super) fn clear(&self) -> Outcome {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        match self.account {
            Some(account) => account.make_folder(&self.folder),
            None => Ok(fs::create_dir(&self.folder)?),
        }
    }

    fn mark(&self) -> PathBuf {
        self.folder.join("made-by")
    }

    fn stop_left_over(&self, kind: &Kind) -> Outcome {
        let Some(pid) = fs::read_to_string(self.pid_file()).ok().and_then(|text| text.trim().parse().ok()) else { return Ok(()) };
        let lives = || process::works_in(pid, &self.data());
        if !lives() {
            return Ok(());
        }
        println!("    {} of a run that was killed still runs (process {pid}): stopping it", kind.name);
        for signal in [kind.stop_signal, "KILL"] {
            // It may end between the look and the signal.
            let _ = process::signal(pid, signal);
            if process::until(END, || (!lives()).then_some(())).is_some() {
                return Ok(());
            }
        }
        Err(format!("process {pid}, a server in `{}`, does not end", self.folder.display()).into())
    }
}

/// Returns the folder for all servers: among what cargo builds, or in the folder for temporary files if the server's user
/// cannot go there.
fn base(account: Option<Account>) -> Outcome<PathBuf> {
    let usual = shell::target_dir().join("servers");
    fs::create_dir_all(&usual)?;
    let usual = usual.canonicalize()?;
    if account.is_none_or(|account| account.reaches(&usual)) {
        return Ok(usual);
    }
    let other = std::env::temp_dir().join("aludel-servers");
    println!("    the server's user cannot go into `{}`: using `{}`", usual.display(), other.display());
    make_own(&other, usual.metadata()?.uid())?;
    Ok(other)
}

/// Makes a folder where others may make folders too: one that is there must be ours, or somebody else decides what it holds.
fn make_own(folder: &Path, uid: u32) -> Outcome {
    match DirBuilder::new().mode(0o755).create(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
        _ => {}
    }
    let found = folder.symlink_metadata()?;
    let is_ours = found.is_dir() && found.uid() == uid && found.permissions().mode() & 0o022 == 0;
    if is_ours { Ok(()) } else { Err(format!("`{}` is not a folder of ours: remove it", folder.display()).into()) }
}
