//! Installs a server that is missing, by the system's packages; where that cannot be done, says what a person is to do.

use std::process::Command;

use super::account;
use super::kind::{Kind, Programs};
use super::programs;
use crate::shell::{self, Outcome};

/// What of a machine matters for an installation.
#[derive(Clone, Copy)]
struct Machine {
    is_root: bool,
    has_apt: bool,
    has_sudo: bool,
}

/// Returns the programs of `kind`, which are installed if they are missing.
///
/// # Errors
/// If they are missing and cannot be installed; the message says what to do.
pub(super) fn programs(kind: &Kind) -> Outcome<Programs> {
    if let Some(programs) = programs::of(kind) {
        return Ok(programs);
    }
    let machine =
        Machine { is_root: account::is_root()?, has_apt: programs::find("apt-get").is_some(), has_sudo: programs::find("sudo").is_some() };
    let (name, package) = (kind.name, kind.package);
    println!("    {name} is not installed here (`{}` and `{}` are not found), and the tests need one", kind.maker, kind.server);
    let Some(installation) = call(machine, &["install", "-y", "--no-install-recommends", package]) else {
        return Err(advice(kind, machine).into());
    };
    println!("    installing the system's package `{package}`, and what it needs");
    if !runs(&installation) {
        println!("    the lists of packages may be missing or old: fetching them and trying again");
        let update = call(machine, &["update"]).unwrap_or_default();
        if !(runs(&update) && runs(&installation)) {
            return Err(advice(kind, machine).into());
        }
    }
    programs::of(kind).ok_or_else(|| format!("`{package}` is installed, but `{}` and `{}` are not found", kind.maker, kind.server).into())
}

/// Returns the words of a call of `apt-get` that asks nothing, if one can be made. `sudo` drops the environment, hence `env`.
fn call(machine: Machine, arguments: &[&str]) -> Option<Vec<String>> {
    let privilege: &[&str] = match machine {
        Machine { is_root: true, .. } => &[],
        Machine { has_sudo: true, .. } => &["sudo", "-n"],
        _ => return None,
    };
    let call = [privilege, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
    machine.has_apt.then(|| call.into_iter().map(str::to_owned).collect())
}

fn runs(words: &[String]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    shell::run(Command::new(program).args(arguments)).inspect_err(|error| println!("    {error}")).is_ok()
}

/// Returns what a person is to do.
fn advice(kind: &Kind, machine: Machine) -> String {
    let Kind { name, package, variable, .. } = kind;
    let cure = match machine {
        Machine { has_apt: false, .. } => format!("install {name} (Debian calls the package `{package}`)"),
        Machine { is_root: true, .. } => format!("run `apt-get update && apt-get install {package}`"),
        _ => format!("run `sudo apt-get update && sudo apt-get install {package}`"),
    };
    format!("there is no {name}, and it could not be installed: {cure}, or set `{variable}` to the URL of one that the tests may use")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Machine, advice, call};
    use crate::servers::mariadb::MARIADB;
    use crate::servers::postgres::POSTGRES;

    #[track_caller]
    fn check(machine: Machine, expected: Expect) {
        let call = call(machine, &["install", "-y", "x"]).map_or("-".into(), |words| words.join(" "));
        expected.assert_eq(&format!("{call}\n{}\n", advice(&POSTGRES, machine)));
    }

    #[test]
    fn root_needs_no_sudo() {
        check(
            Machine { is_root: true, has_apt: true, has_sudo: true },
            expect![[r#"
                env DEBIAN_FRONTEND=noninteractive apt-get install -y x
                there is no PostgreSQL, and it could not be installed: run `apt-get update && apt-get install postgresql`, or set `ALUDEL_TEST_POSTGRES` to the URL of one that the tests may use
            "#]],
        );
    }

    #[test]
    fn others_need_it() {
        check(
            Machine { is_root: false, has_apt: true, has_sudo: true },
            expect![[r#"
                sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install -y x
                there is no PostgreSQL, and it could not be installed: run `sudo apt-get update && sudo apt-get install postgresql`, or set `ALUDEL_TEST_POSTGRES` to the URL of one that the tests may use
            "#]],
        );
        let bare = Machine { is_root: false, has_apt: true, has_sudo: false };
        assert_eq!(call(bare, &["update"]), None);
    }

    #[test]
    fn other_systems_have_other_packages() {
        let machine = Machine { is_root: true, has_apt: false, has_sudo: false };
        assert_eq!(call(machine, &["update"]), None);
        expect!["there is no MariaDB, and it could not be installed: install MariaDB (Debian calls the package `mariadb-server`), or set `ALUDEL_TEST_MYSQL` to the URL of one that the tests may use"]
            .assert_eq(&advice(&MARIADB, machine));
    }
}
