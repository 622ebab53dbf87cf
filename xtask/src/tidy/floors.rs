//! The floors of the house, as data: which crate may import which, and how large it may grow.
//! Crates that are designed and not there yet stand here too. The rules `crates` and `size` read it.

/// A crate's place in the house.
pub(crate) struct Floor {
    /// The folder under `crates/`.
    pub(crate) folder: &'static str,
    /// Folders of the crates that it may depend on.
    pub(crate) may_import: &'static [&'static str],
    /// Lines with documentation and without tests.
    pub(crate) most_lines: usize,
}

/// The facade: users import it, none of our crates but `cli` does.
pub(crate) const FACADE: &str = "aludel";
/// One per database; none knows another.
pub(crate) const DRIVERS: [&str; 3] = ["sqlite", "postgres", "mysql"];
/// The one crate with unsafe code, and the one file of it.
pub(crate) const UNSAFE_FILES: &[(&str, &str)] = &[("sqlite", "crates/sqlite/src/ffi.rs")];

/// All crates, top floor first.
pub(crate) const FLOORS: &[Floor] = &[
    Floor { folder: "cli", may_import: &["aludel", "engine", "sqlite", "postgres", "mysql", "migrate", "browser"], most_lines: 4_000 },
    Floor {
        folder: FACADE,
        may_import: &["admin", "browser", "orm", "migrate", "web", "sqlite", "postgres", "mysql", "engine", "sql", "derive"],
        most_lines: 6_000,
    },
    Floor { folder: "admin", may_import: &["orm", "browser", "web"], most_lines: 6_000 },
    Floor { folder: "browser", may_import: &["sql", "engine", "migrate", "web"], most_lines: 14_000 },
    Floor { folder: "orm", may_import: &["sql", "engine"], most_lines: 13_000 },
    Floor { folder: "migrate", may_import: &["sql", "engine"], most_lines: 8_000 },
    Floor { folder: "web", may_import: &[], most_lines: 16_000 },
    Floor { folder: "sqlite", may_import: &["sql", "engine"], most_lines: 3_000 },
    Floor { folder: "postgres", may_import: &["sql", "engine"], most_lines: 4_500 },
    Floor { folder: "mysql", may_import: &["sql", "engine"], most_lines: 3_000 },
    Floor { folder: "driver-suite", may_import: &["sql", "engine"], most_lines: 3_000 },
    Floor { folder: "engine", may_import: &["sql"], most_lines: 6_000 },
    Floor { folder: "sql", may_import: &[], most_lines: 17_000 },
    Floor { folder: "derive", may_import: &[], most_lines: 4_000 },
];

/// Folders of code that stands behind a feature of the tests, and in no program of a user.
pub(crate) const FOR_TESTS: &[&str] = &["crates/engine/src/witness/"];

/// What a crate must never see, of all that is not ours.
pub(crate) struct Never {
    /// The folder under `crates/`.
    pub(crate) folder: &'static str,
    /// Lists of packages that are no dependency of it.
    pub(crate) packages: &'static [&'static [&'static str]],
    /// Modules of the standard library that it does not name.
    pub(crate) modules: &'static [&'static str],
    /// The only folder of its sources with `async`; none says that it may stand anywhere.
    pub(crate) async_only_in: Option<&'static str>,
}

const DATABASES: &[&str] = &["rusqlite", "libsqlite3-sys", "tokio-postgres", "postgres", "mysql_async", "mysql", "sqlx", "diesel"];
const WEB: &[&str] =
    &["axum", "axum-core", "http", "http-body", "http-body-util", "hyper", "hyper-util", "httpdate", "headers", "tower", "tower-http"];
const RUNTIMES: &[&str] = &["tokio", "tokio-util", "futures", "futures-util", "async-std", "smol"];
const CLOCKS: &[&str] = &["chrono", "jiff", "time"];
/// Files, sockets, processes, the environment.
const OUTSIDE: &[&str] = &["env", "fs", "net", "os", "process", "thread", "time"];

/// What ARCHITECTURE.md promises of the crates. That they do not see each other, `may_import` says.
pub(crate) const NEVERS: &[Never] = &[
    // No I/O, no clock, not async: but for the verbs, which hand a statement over and await the answer. Values are times of
    // jiff, whose clock comes with the feature `std` only.
    Never { folder: "sql", packages: &[DATABASES, WEB, RUNTIMES], modules: OUTSIDE, async_only_in: Some("crates/sql/src/query/") },
    Never { folder: "engine", packages: &[DATABASES, WEB], modules: &["fs", "net", "process"], async_only_in: None },
    Never {
        folder: "orm",
        packages: &[DATABASES, WEB, RUNTIMES],
        modules: &["env", "fs", "net", "os", "process", "time"],
        async_only_in: None,
    },
    Never { folder: "migrate", packages: &[DATABASES, WEB], modules: &[], async_only_in: None },
    Never { folder: "web", packages: &[DATABASES], modules: &["process"], async_only_in: None },
    Never { folder: "sqlite", packages: &[WEB], modules: &["net", "process"], async_only_in: None },
    Never { folder: "postgres", packages: &[WEB], modules: &["process"], async_only_in: None },
    Never { folder: "mysql", packages: &[WEB], modules: &["process"], async_only_in: None },
    Never { folder: "derive", packages: &[DATABASES, WEB, RUNTIMES, CLOCKS], modules: OUTSIDE, async_only_in: Some("nowhere") },
    Never { folder: FACADE, packages: &[DATABASES], modules: &[], async_only_in: None },
];

/// Returns the floor of the crate in `folder`.
pub(crate) fn floor(folder: &str) -> Option<&'static Floor> {
    FLOORS.iter().find(|floor| floor.folder == folder)
}

/// Returns the folder of the package `name`, if it is one of ours: `sql` of `aludel-sql`.
pub(crate) fn folder_of(name: &str) -> Option<&str> {
    if name == FACADE { Some(name) } else { name.strip_prefix("aludel-") }
}

#[cfg(test)]
mod tests {
    use super::{DRIVERS, FACADE, FLOORS};

    #[test]
    fn arrows_point_down() {
        for (index, floor) in FLOORS.iter().enumerate() {
            for imported in floor.may_import {
                let below = FLOORS[index + 1..].iter().any(|floor| floor.folder == *imported);
                assert!(below, "`{}` imports `{imported}`, which does not stand below it", floor.folder);
            }
        }
    }

    #[test]
    fn what_must_never_be() {
        for floor in FLOORS {
            let imports = |folder: &str| floor.may_import.contains(&folder);
            assert!(!imports(FACADE) || floor.folder == "cli", "`{}` imports the facade", floor.folder);
            let is_driver = DRIVERS.contains(&floor.folder);
            assert!(!(is_driver && DRIVERS.iter().any(|driver| imports(driver))), "a driver imports a driver");
            assert!(!(floor.folder == "migrate" && imports("orm")), "`migrate` imports `orm`");
            assert!(!(floor.folder == "orm" && imports("web")), "`orm` imports `web`");
        }
    }
}
