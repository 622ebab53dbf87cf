//! Encryption, on servers of the tests' own that have a certificate, or none: who asks for it gets it or an error, and never the
//! plain text.

use std::path::Path;

use aludel_driver_suite::canary::check_silent;
use aludel_driver_suite::proxy::{Fault, Proxy, Side, overheard};
use aludel_driver_suite::servers::{Authority, Flaw, MariaDb, naming};
use aludel_engine::Engine;
use aludel_mysql::MySql;
use aludel_sql::{Error, ErrorKind, raw};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A server whose certificate is signed by this authority.
struct Encrypting {
    server: MariaDb,
    authority: Authority,
}

impl Encrypting {
    fn start() -> Self {
        let authority = Authority::new("mysql");
        authority.sign("DNS:localhost", Flaw::None);
        let options = [naming("--ssl-cert", &authority.certificate()), naming("--ssl-key", &authority.key())];
        let server = MariaDb::start(&options.each_ref().map(String::as_str));
        Self { server, authority }
    }

    /// Gives the server another certificate.
    fn sign(&self, names: &str, flaw: Flaw) {
        self.authority.sign(names, flaw);
        self.server.tell("FLUSH SSL");
    }

    /// Whether a connection to this host is encrypted, as the server says.
    async fn encrypts(&self, host: &str, mode: &str, authority: Option<&Path>) -> Result<bool, Error> {
        let authority = authority.map_or_else(String::new, |file| format!("&{}", naming("ssl-ca", file)));
        encrypts(&format!("mariadb://root@{host}:{}/test?ssl-mode={mode}{authority}", self.server.port())).await
    }
}

async fn encrypts(url: &str) -> Result<bool, Error> {
    let engine = Engine::on(MySql::from_url(url)?);
    let row = raw("SHOW STATUS LIKE 'Ssl_cipher'").one(&engine).await?;
    Ok(!row.get::<String>(1).is_empty())
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
    for (mode, expected) in expected {
        for (host, expected) in ["localhost", "127.0.0.1"].into_iter().zip(expected) {
            let told = world.encrypts(host, mode, authority).await;
            let is = match &told {
                Ok(true) => Is::Encrypted,
                Ok(false) => Is::Plain,
                Err(error) => {
                    assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
                    assert!(error.to_string().contains("the encrypted connection to"), "{error:?}");
                    Is::Refused
                }
            };
            assert_eq!(is, expected, "{mode} at {host} with {authority:?}: {told:?} {:?}", told.as_ref().err().and_then(Error::detail));
        }
    }
}

#[tokio::test]
async fn as_the_url_asks() {
    use Is::{Encrypted, Plain, Refused};
    let (world, stranger) = (Encrypting::start(), Authority::new("mysql"));
    let (ours, theirs) = (world.authority.file(), stranger.file());
    let all = |required, verify_ca, verify_identity| {
        [
            ("disabled", [Plain; 2]),
            ("preferred", [Encrypted; 2]),
            ("required", required),
            ("verify_ca", verify_ca),
            ("verify_identity", verify_identity),
        ]
    };
    check(&world, Some(&ours), all([Encrypted; 2], [Encrypted; 2], [Encrypted, Refused])).await;
    // Of an authority that is not trusted, and of one that nobody has named.
    check(&world, Some(&theirs), all([Refused; 2], [Refused; 2], [Refused; 2])).await;
    check(&world, None, all([Encrypted; 2], [Refused; 2], [Refused; 2])).await;
    let url = |authority: &Path| format!("mariadb://root@127.0.0.1:{}/test?{}", world.server.port(), naming("ssl-ca", authority));
    assert!(encrypts(&url(&ours)).await.expect("a URL that names an authority means that it counts"));
    assert_eq!(*encrypts(&url(&theirs)).await.expect_err("another authority").kind(), ErrorKind::Connect);
    world.sign("DNS:elsewhere.test,IP:127.0.0.1", Flaw::None);
    check(&world, Some(&ours), all([Encrypted; 2], [Encrypted; 2], [Refused, Encrypted])).await;
    world.sign("DNS:localhost", Flaw::Expired);
    check(&world, Some(&ours), all([Refused; 2], [Refused; 2], [Refused; 2])).await;
    check(&world, None, all([Encrypted; 2], [Refused; 2], [Refused; 2])).await;
    // What rustls cannot read is refused, and who only prefers encryption goes without.
    world.sign("DNS:localhost", Flaw::Old);
    let mut expected = all([Refused; 2], [Refused; 2], [Refused; 2]);
    expected[1].1 = [Plain; 2];
    check(&world, None, expected).await;
    // The next handshake is tried again.
    world.sign("DNS:localhost", Flaw::None);
    check(&world, None, all([Encrypted; 2], [Refused; 2], [Refused; 2])).await;
}

#[tokio::test]
async fn authorities_that_cannot_be_read() {
    let (empty, folder) = (tempfile::NamedTempFile::new().expect("a file"), tempfile::tempdir().expect("a folder"));
    for file in [Path::new("/nowhere/ca.pem"), empty.path(), folder.path()] {
        for mode in ["required", "verify_ca", "verify_identity"] {
            // Nothing listens there, and nobody is asked.
            let error = encrypts(&format!("mariadb://root@127.0.0.1:1/test?ssl-mode={mode}&{}", naming("ssl-ca", file))).await;
            let error = error.expect_err("no authority");
            assert_eq!(*error.kind(), ErrorKind::Config, "{error:?}");
            assert!(error.to_string().ends_with(&format!("the authorities `{}` cannot be read", file.display())), "{error}");
        }
    }
}

/// A server without a certificate.
#[tokio::test]
async fn where_there_is_none() {
    let server = MariaDb::start(&["--skip-ssl"]);
    server.tell("CREATE USER tweety IDENTIFIED BY 'tweety-4711'; GRANT ALL ON *.* TO tweety");
    let url = |port: u16, mode: &str| format!("mariadb://tweety:tweety-4711@127.0.0.1:{port}/test?ssl-mode={mode}");
    for mode in ["disabled", "preferred"] {
        assert!(!encrypts(&url(server.port(), mode)).await.expect(mode));
    }
    for mode in ["required", "verify_ca", "verify_identity"] {
        let proxy = Proxy::to(&format!("127.0.0.1:{}", server.port()), Fault::None).await.expect("a port");
        check_refused(&encrypts(&url(proxy.port(), mode)).await.expect_err(mode), &proxy);
    }
}

/// Somebody in between makes the server say that it has no TLS.
#[tokio::test]
async fn where_it_is_taken_away() {
    let world = Encrypting::start();
    let place = format!("127.0.0.1:{}", world.server.port());
    let (at, bit) = flag_in_greeting(&place).await;
    let url = |port: u16, mode: &str| format!("mariadb://root@localhost:{port}/test?ssl-mode={mode}");
    for mode in ["required", "verify_ca", "verify_identity"] {
        let proxy = Proxy::to(&place, Fault::Garble(Side::Server, at, bit)).await.expect("a port");
        check_refused(&encrypts(&url(proxy.port(), mode)).await.expect_err(mode), &proxy);
    }
    let proxy = Proxy::to(&place, Fault::Garble(Side::Server, at, bit)).await.expect("a port");
    let error = encrypts(&url(proxy.port(), "preferred")).await.map(|encrypts| assert!(!encrypts, "the flag is taken away"));
    error.expect("who only prefers it goes without");
}

#[track_caller]
fn check_refused(error: &Error, proxy: &Proxy) {
    assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
    assert!(error.to_string().ends_with("cannot encrypt connections, and the URL demands it"), "{error:?}");
    check_silent(error);
    assert_eq!((proxy.connections(), proxy.bytes().0), (1, 0), "nothing was said to the server");
}

/// Where the flag that says that the server has TLS is in its first words, and which bit.
async fn flag_in_greeting(place: &str) -> (usize, u8) {
    let mut greeting = [0; 256];
    let mut stream = TcpStream::connect(place).await.expect("a server");
    let read = stream.read(&mut greeting).await.expect("its first words");
    let version = greeting[5..read].iter().position(|byte| *byte == 0).expect("the end of its version");
    // Behind it are the connection's number, eight bytes, a filler, and the flags; this one is in their second byte.
    (5 + version + 1 + 4 + 8 + 1 + 1, 0x08)
}

/// Who listens in between hears nothing of what is said, nor of what a cancelled statement was.
#[tokio::test]
async fn nothing_is_heard() {
    let world = Encrypting::start();
    world.server.tell("CREATE USER tweety IDENTIFIED BY 'tweety-4711'; GRANT ALL ON *.* TO tweety");
    for mode in ["required", "verify_ca", "verify_identity", "disabled"] {
        let proxy = Proxy::to(&format!("127.0.0.1:{}", world.server.port()), Fault::None).await.expect("a port");
        let authority = naming("ssl-ca", &world.authority.file());
        let url = format!("mariadb://tweety:tweety-4711@localhost:{}/test?ssl-mode={mode}&{authority}", proxy.port());
        let engine = Engine::on(MySql::from_url(&url).expect("a URL"));
        let asking = raw("SELECT CONCAT('from the server: ', :value)");
        let words = ["tweety", "4711", "SELECT", "SLEEP", "SET NAMES", "KILL", "test"];
        let (heard, answered) = overheard(&engine, &proxy, (asking, "DO SLEEP(60)"), words).await;
        match mode {
            "disabled" => assert!(heard[0] && heard[2] && heard[5] && answered, "{heard:?}: the proxy hears what is not encrypted"),
            _ => assert!(heard == [false; 7] && !answered, "{mode}: {heard:?}"),
        }
    }
}
