//! Finds the programs of the servers: on `PATH`, and where distributions put what no person is to run by hand.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::kind::{Kind, Programs};

/// Debian and its kin keep a folder for each version of PostgreSQL here.
const POSTGRES_VERSIONS: &str = "/usr/lib/postgresql";
/// Beside the `PATH` of a person who is not root.
const SYSTEM_FOLDERS: [&str; 2] = ["/usr/local/sbin", "/usr/sbin"];

/// Returns the programs of `kind` if both are there.
pub(super) fn of(kind: &Kind) -> Option<Programs> {
    Some(Programs { maker: find(kind.maker)?, server: find(kind.server)? })
}

/// Returns the first program of that name: the newest PostgreSQL, then `PATH`, then the system's folders.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    folders().into_iter().map(|folder| folder.join(name)).find(|program| program.is_file())
}

fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(POSTGRES_VERSIONS).into_iter().flatten().flatten();
    let versions = newest_first(entries.filter_map(|entry| entry.file_name().into_string().ok()).collect());
    let mut folders: Vec<_> = versions.iter().map(|version| Path::new(POSTGRES_VERSIONS).join(version).join("bin")).collect();
    let path = env::var_os("PATH").unwrap_or_default();
    folders.extend(env::split_paths(&path).filter(|folder| folder.is_absolute()));
    folders.extend(SYSTEM_FOLDERS.map(PathBuf::from));
    folders
}

/// Sorts versions by their numbers; what is no version goes away.
fn newest_first(names: Vec<String>) -> Vec<String> {
    let numbers = |name: &str| name.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<_>>>();
    let mut versions: Vec<_> = names.into_iter().filter_map(|name| Some((numbers(&name)?, name))).collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::newest_first;

    #[track_caller]
    fn check(names: &[&str], expected: &[&str]) {
        assert_eq!(newest_first(names.iter().map(|name| (*name).to_owned()).collect()), expected);
    }

    #[test]
    fn versions_are_numbers() {
        check(&["9.6", "15", "17", "9.10", "8"], &["17", "15", "9.10", "9.6", "8"]);
        check(&["lib", "15", "15beta1", ""], &["15"]);
        check(&[], &[]);
    }
}
