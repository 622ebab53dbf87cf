//! Where the programs of the servers are: `cargo xtask test` has installed them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Debian and its kin keep a folder for each version of PostgreSQL here.
const POSTGRES_VERSIONS: &str = "/usr/lib/postgresql";

/// The first program of that name: the newest PostgreSQL's, then on `PATH`, then among the system's.
pub(super) fn find(name: &str) -> PathBuf {
    let folders = versions().into_iter().chain(on_path());
    let found = folders.map(|folder| folder.join(name)).find(|program| program.is_file());
    found.unwrap_or_else(|| panic!("`{name}` is not installed here: `cargo xtask test` does that, from the system's packages"))
}

fn on_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(["/usr/local/sbin", "/usr/sbin"].map(PathBuf::from)).collect()
}

fn versions() -> Vec<PathBuf> {
    let entries = fs::read_dir(POSTGRES_VERSIONS).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.into_iter().map(|version| Path::new(POSTGRES_VERSIONS).join(version.to_string()).join("bin")).collect()
}
