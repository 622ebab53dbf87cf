//! Encryption, on servers of the tests' own that have a certificate, or none: who asks for it gets it or an error, and never the
//! plain text.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aludel_driver_suite::canary::check_silent;
use aludel_driver_suite::proxy::{Fault, Proxy, Side, overheard};
use aludel_driver_suite::servers::{self, Authority, Flaw, Stop, naming};
use aludel_engine::Engine;
use aludel_postgres::Postgres;
use aludel_sql::{Error, ErrorKind, raw};

/// Who may log in: one user by a password, which the server asks for as it is.
const ACCESS: &str = "host all tweety 127.0.0.1/32 password\nhost all all 127.0.0.1/32 trust\n";

/// A server whose certificate is signed by this authority.
struct Encrypting {
    server: servers::Postgres,
    authority: Authority,
    _access: tempfile::NamedTempFile,
}

impl Encrypting {
    fn start() -> Self {
        let (authority, access) = (Authority::new("postgres"), tempfile::NamedTempFile::new().expect("a file"));
        authority.sign("DNS:localhost", Flaw::None);
        fs::write(access.path(), ACCESS).expect("to write");
        fs::set_permissions(access.path(), Permissions::from_mode(0o644)).expect("it is ours");
        let files = [
            naming("ssl_cert_file", &authority.certificate()),
            naming("ssl_key_file", &authority.key()),
            naming("hba_file", access.path()),
        ];
        let settings: Vec<_> = files.iter().map(String::as_str).chain(["ssl=on"]).collect();
        let server = servers::Postgres::start(&settings);
        server.tell("CREATE ROLE tweety LOGIN PASSWORD 'tweety-4711'");
        Self { server, authority, _access: access }
    }

    /// Gives the server another certificate.
    fn sign(&mut self, names: &str, flaw: Flaw) {
        self.authority.sign(names, flaw);
        self.server.stop(Stop::Fast);
        self.server.serve();
    }

    fn place(&self) -> String {
        format!("127.0.0.1:{}", self.server.port())
    }
}

async fn encrypts(url: &str) -> Result<bool, Error> {
    let engine = Engine::on(Postgres::from_url(url)?);
    raw("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").one(&engine).await.map(|row| row.get(0))
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Plain,
    Encrypted,
    Refused,
}

/// For each mode, and each host that the server can be reached by.
async fn check(world: &Encrypting, authority: Option<&Path>, expected: [(&str, [Is; 2]); 5]) {
    let roots = authority.map_or_else(String::new, |file| format!("&{}", naming("sslrootcert", file)));
    for (mode, expected) in expected {
        for (host, expected) in ["localhost", "127.0.0.1"].into_iter().zip(expected) {
            let told = encrypts(&format!("postgres://postgres@{host}:{}/postgres?sslmode={mode}{roots}", world.server.port())).await;
            let is = match &told {
                Ok(true) => Is::Encrypted,
                Ok(false) => Is::Plain,
                Err(error) => {
                    assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
                    assert!(error.to_string().contains("no encrypted connection to the server"), "{error:?}");
                    Is::Refused
                }
            };
            assert_eq!(is, expected, "{mode} at {host} with {authority:?}: {told:?}");
        }
    }
}

#[tokio::test]
async fn as_the_url_asks() {
    use Is::{Encrypted, Plain, Refused};
    let (mut world, stranger) = (Encrypting::start(), Authority::new("postgres"));
    let (ours, theirs) = (world.authority.file(), stranger.file());
    let all = |prefer, require, verify_ca, verify_full| {
        [("disable", [Plain; 2]), ("prefer", prefer), ("require", require), ("verify-ca", verify_ca), ("verify-full", verify_full)]
    };
    check(&world, Some(&ours), all([Encrypted; 2], [Encrypted; 2], [Encrypted; 2], [Encrypted, Refused])).await;
    check(&world, Some(&world.authority.certificate()), all([Encrypted; 2], [Encrypted; 2], [Encrypted; 2], [Encrypted, Refused])).await;
    // Of an authority that is not trusted, and of one that nobody has named.
    check(&world, Some(&theirs), all([Plain; 2], [Refused; 2], [Refused; 2], [Refused; 2])).await;
    check(&world, None, all([Encrypted; 2], [Encrypted; 2], [Refused; 2], [Refused; 2])).await;
    world.sign("DNS:elsewhere.test,IP:127.0.0.1", Flaw::None);
    check(&world, Some(&ours), all([Encrypted; 2], [Encrypted; 2], [Encrypted; 2], [Refused, Encrypted])).await;
    world.sign("DNS:localhost", Flaw::Expired);
    check(&world, Some(&ours), all([Plain; 2], [Refused; 2], [Refused; 2], [Refused; 2])).await;
    check(&world, None, all([Encrypted; 2], [Encrypted; 2], [Refused; 2], [Refused; 2])).await;
}

/// A server without TLS, and one of which somebody in between says so.
#[tokio::test]
async fn where_there_is_none() {
    let (world, without) = (Encrypting::start(), servers::Postgres::start(&[]));
    let url = |port: u16, mode: &str| format!("postgres://tweety:tweety-4711@localhost:{port}/postgres?sslmode={mode}");
    let none = format!("127.0.0.1:{}", without.port());
    for (place, fault) in [(&none, Fault::None), (&world.place(), Fault::Garble(Side::Server, 0, b'S' ^ b'N'))] {
        for mode in ["require", "verify-ca", "verify-full"] {
            let proxy = Proxy::to(place, fault).await.expect("a port");
            let error = encrypts(&url(proxy.port(), mode)).await.expect_err(mode);
            assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
            assert!(error.to_string().ends_with("does not encrypt, and the URL asks for it"), "{error:?}");
            check_silent(&error);
            assert_eq!((proxy.connections(), proxy.bytes().0), (1, 8), "nothing was said but the question for TLS");
        }
    }
    without.tell("CREATE ROLE tweety LOGIN");
    for mode in ["disable", "prefer"] {
        assert!(!encrypts(&url(without.port(), mode)).await.expect(mode));
    }
}

/// How an order to cancel begins: by its length and its number.
const CANCEL: &str = "\0\0\0\u{10}\u{4}";

/// Who listens in between hears nothing of what is said, nor the secret by which a statement is cancelled.
#[tokio::test]
async fn nothing_is_heard() {
    let world = Encrypting::start();
    for mode in ["require", "verify-ca", "verify-full", "disable"] {
        let proxy = Proxy::to(&world.place(), Fault::None).await.expect("a port");
        let roots = naming("sslrootcert", &world.authority.file());
        let url = format!("postgres://tweety:tweety-4711@localhost:{}/postgres?sslmode={mode}&{roots}", proxy.port());
        let engine = Engine::on(Postgres::from_url(&url).expect("a URL"));
        let asking = raw("SELECT 'from the server: ' || :value::text");
        let words = ["tweety", "4711", "SELECT", "pg_sleep", "options", "TimeZone", CANCEL];
        let (heard, answered) = overheard(&engine, &proxy, (asking, "SELECT pg_sleep(60)"), words).await;
        match mode {
            "disable" => assert!(heard[0] && heard[2] && heard[6] && answered, "{heard:?}: the proxy hears what is not encrypted"),
            _ => assert!(heard == [false; 7] && !answered, "{mode}: {heard:?}"),
        }
    }
}
