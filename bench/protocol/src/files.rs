//! The database files of a peer, in the folder that the driver gave.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Returns the path of a database file that is not there yet; its name begins with `name`.
///
/// No path is given twice: a connection that is being closed in the background removes the log beside its path, and
/// that would be the log of the next database there.
///
/// # Errors
/// If the driver gave no folder.
pub fn fresh_file(name: &str) -> io::Result<PathBuf> {
    static FILES: AtomicU64 = AtomicU64::new(0);
    let folder = std::env::args_os().nth(1).ok_or_else(|| io::Error::other("the first argument is the folder for database files"))?;
    Ok(PathBuf::from(folder).join(format!("{name}-{}.db", FILES.fetch_add(1, Ordering::Relaxed))))
}
