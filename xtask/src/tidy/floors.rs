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
    Floor { folder: "postgres", may_import: &["sql", "engine"], most_lines: 3_000 },
    Floor { folder: "mysql", may_import: &["sql", "engine"], most_lines: 3_000 },
    Floor { folder: "engine", may_import: &["sql"], most_lines: 6_000 },
    Floor { folder: "sql", may_import: &[], most_lines: 17_000 },
    Floor { folder: "derive", may_import: &[], most_lines: 4_000 },
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
