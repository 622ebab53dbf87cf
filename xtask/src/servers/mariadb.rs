//! MariaDB: how it is asked, made and served. A MySQL that lets its root in without a password does as well.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use super::kind::{Answer, Kind, Programs};
use super::programs;

/// The server on the same machine answers within milliseconds; this is for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(3);

/// MariaDB, as the tests use it.
pub(super) const MARIADB: Kind = Kind {
    name: "MariaDB",
    variable: "ALUDEL_TEST_MYSQL",
    port: 3306,
    folder: "mariadb",
    account: "mysql",
    package: "mariadb-server",
    maker: "mariadb-install-db",
    server: "mariadbd",
    stop_signal: "TERM",
    url,
    ask,
    make,
    serve,
};

fn url(port: u16) -> String {
    format!("mariadb://root@127.0.0.1:{port}/test")
}

fn ask(port: u16) -> Answer {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if TcpStream::connect_timeout(&address, PATIENCE).is_err() {
        return Answer::Nobody;
    }
    let Some(client) = programs::find("mariadb").or_else(|| programs::find("mysql")) else {
        return Answer::Unusable("there is no `mariadb` client here to ask it".into());
    };
    match question(&client, port).output() {
        Ok(output) => answer(&output),
        Err(error) => Answer::Unusable(format!("`{}` cannot be run: {error}", client.display())),
    }
}

/// Returns the command that asks. The person's own defaults are left out: they may hold a password, which the tests have not.
fn question(client: &Path, port: u16) -> Command {
    let mut command = Command::new(client);
    command.args(["--no-defaults", "--protocol=tcp", "-h127.0.0.1", "-uroot", &format!("-P{port}")]);
    command.arg(format!("--connect-timeout={}", PATIENCE.as_secs()));
    command.args(["--batch", "--skip-column-names", "-e", "SELECT VERSION(); CREATE DATABASE IF NOT EXISTS test"]);
    command
}

fn answer(output: &Output) -> Answer {
    if output.status.success() {
        return Answer::Usable(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Answer::Unusable(format!("it says: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn make(programs: &Programs, data: &Path) -> Command {
    let mut command = Command::new(&programs.maker);
    command.arg("--no-defaults").arg(assigned("--datadir=", data));
    command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
    command
}

fn serve(programs: &Programs, data: &Path, port: u16) -> Command {
    let mut command = Command::new(&programs.server);
    command.arg("--no-defaults").arg(assigned("--datadir=", data)).arg(format!("--port={port}"));
    // Relative to the data folder: the whole path of a socket might be too long.
    command.args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--socket=server.sock", "--pid-file=server.pid"]);
    command.args(["--character-set-server=utf8mb4", "--max-connections=200"]);
    // What is written need not survive a power cut.
    command.args(["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--skip-log-bin"]);
    command
}

fn assigned(option: &str, path: &Path) -> std::ffi::OsString {
    let mut word = std::ffi::OsString::from(option);
    word.push(path);
    word
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::path::Path;
    use std::process::{ExitStatus, Output};

    use expect_test::{Expect, expect};

    use super::{Answer, MARIADB, Programs, answer, question};

    #[track_caller]
    fn check(line: &str, expected: Expect) {
        expected.assert_eq(line);
    }

    #[test]
    fn lines() {
        let programs = Programs { maker: "/bin/mariadb-install-db".into(), server: "/sbin/mariadbd".into() };
        check(
            &format!("{:?}", (MARIADB.make)(&programs, Path::new("/d"))),
            expect![[
                r#""/bin/mariadb-install-db" "--no-defaults" "--datadir=/d" "--auth-root-authentication-method=normal" "--skip-test-db""#
            ]],
        );
        check(
            &format!("{:?}", (MARIADB.serve)(&programs, Path::new("/d"), 4711)),
            expect![[
                r#""/sbin/mariadbd" "--no-defaults" "--datadir=/d" "--port=4711" "--bind-address=127.0.0.1" "--skip-name-resolve" "--socket=server.sock" "--pid-file=server.pid" "--character-set-server=utf8mb4" "--max-connections=200" "--innodb-flush-log-at-trx-commit=0" "--innodb-flush-method=nosync" "--skip-log-bin""#
            ]],
        );
        check(
            &format!("{:?}", question(Path::new("mariadb"), 4711)),
            expect![[
                r#""mariadb" "--no-defaults" "--protocol=tcp" "-h127.0.0.1" "-uroot" "-P4711" "--connect-timeout=3" "--batch" "--skip-column-names" "-e" "SELECT VERSION(); CREATE DATABASE IF NOT EXISTS test""#
            ]],
        );
        check(&(MARIADB.url)(4711), expect!["mariadb://root@127.0.0.1:4711/test"]);
    }

    #[test]
    fn the_client_says_what_the_server_said() {
        let said = |code: i32, stdout: &str, stderr: &str| {
            answer(&Output { status: ExitStatus::from_raw(code << 8), stdout: stdout.into(), stderr: stderr.into() })
        };
        assert_eq!(said(0, "10.11.19-MariaDB\n", ""), Answer::Usable("10.11.19-MariaDB".into()));
        let refused = Answer::Unusable("it says: ERROR 1045 (28000): Access denied".into());
        assert_eq!(said(1, "", "ERROR 1045 (28000): Access denied\n"), refused);
    }
}
