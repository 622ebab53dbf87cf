//! PostgreSQL: how it is asked, made and served.

use std::io::{self, ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::kind::{Answer, Kind, Programs};
use super::startup;

/// The server on the same machine answers within milliseconds; this is for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(3);

/// PostgreSQL, as the tests use it.
pub(super) const POSTGRES: Kind = Kind {
    name: "PostgreSQL",
    variable: "ALUDEL_TEST_POSTGRES",
    port: 5432,
    folder: "postgres",
    account: "postgres",
    package: "postgresql",
    maker: "initdb",
    server: "postgres",
    // "Fast shutdown": the default, upon SIGTERM, waits until every client has gone.
    stop_signal: "INT",
    url,
    ask,
    make,
    serve,
};

fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

fn ask(port: u16) -> Answer {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(mut stream) = TcpStream::connect_timeout(&address, PATIENCE) else { return Answer::Nobody };
    exchange(&mut stream).unwrap_or_else(|error| match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Answer::Unusable(format!("it says nothing within {} s", PATIENCE.as_secs())),
        _ => Answer::Unusable(format!("it does not answer as PostgreSQL does ({error})")),
    })
}

fn exchange(stream: &mut TcpStream) -> io::Result<Answer> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&startup::hello("postgres", "postgres"))?;
    let answer = startup::answer(stream)?;
    // Who has refused us may be gone already.
    let _ = stream.write_all(startup::GOODBYE);
    Ok(answer)
}

fn make(programs: &Programs, data: &Path) -> Command {
    let mut command = Command::new(&programs.maker);
    command.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]).arg(data);
    command
}

fn serve(programs: &Programs, data: &Path, port: u16) -> Command {
    let mut command = Command::new(&programs.server);
    command.arg("-D").arg(data).args(["-p", &port.to_string()]);
    // No socket in the file system: its path might be too long. What is written need not survive a power cut.
    let settings = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
    ];
    for setting in settings {
        command.args(["-c", setting]);
    }
    command
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::{POSTGRES, Programs};

    #[track_caller]
    fn check(line: &str, expected: Expect) {
        expected.assert_eq(line);
    }

    #[test]
    fn lines() {
        let programs = Programs { maker: "/pg/bin/initdb".into(), server: "/pg/bin/postgres".into() };
        check(
            &format!("{:?}", (POSTGRES.make)(&programs, Path::new("/d"))),
            expect![[
                r#""/pg/bin/initdb" "--username=postgres" "--auth=trust" "--encoding=UTF8" "--locale=C" "--no-sync" "--pgdata" "/d""#
            ]],
        );
        check(
            &format!("{:?}", (POSTGRES.serve)(&programs, Path::new("/d"), 4711)),
            expect![[
                r#""/pg/bin/postgres" "-D" "/d" "-p" "4711" "-c" "listen_addresses=127.0.0.1" "-c" "unix_socket_directories=" "-c" "max_connections=200" "-c" "fsync=off" "-c" "synchronous_commit=off" "-c" "full_page_writes=off""#
            ]],
        );
        check(&(POSTGRES.url)(4711), expect!["postgres://postgres@127.0.0.1:4711/postgres"]);
    }
}
