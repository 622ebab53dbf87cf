//! Encryption, as far as the server has it: who asks for it gets it or an error, and never the plain text.

use std::io::Write;

use aludel_engine::Engine;
use aludel_postgres::Postgres;
use aludel_sql::{Error, ErrorKind, raw};

use crate::world::World;

async fn encrypted(url: &str) -> Result<bool, Error> {
    let engine = Engine::on(Postgres::from_url(url)?);
    raw("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").one(&engine).await.map(|row| row.get(0))
}

#[tokio::test]
async fn as_the_url_asks() {
    let world = World::new().await;
    let url = |mode: &str| format!("{}&sslmode={mode}", world.url());
    let has_it = world.number("SELECT count(*) FROM pg_settings WHERE name = 'ssl' AND setting = 'on'").await == 1;
    assert!(!encrypted(&url("disable")).await.expect("to connect"));
    assert_eq!(encrypted(&url("prefer")).await.expect("to connect"), has_it);
    assert_eq!(encrypted(&url("require")).await.ok(), has_it.then_some(true));
    // Whether the system believes a test's server is its own affair.
    for mode in ["verify-ca", "verify-full"] {
        match encrypted(&url(mode)).await {
            Ok(encrypted) => assert!(encrypted && has_it, "{mode}"),
            Err(error) => assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}"),
        }
    }
    if has_it {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let certificate = world.text("SELECT pg_read_file(current_setting('ssl_cert_file'))").await;
        file.write_all(certificate.as_bytes()).expect("to write");
        let url = format!("{}&sslrootcert={}", url("verify-ca"), file.path().display());
        assert!(encrypted(&url).await.expect("it is named"));
    }
}
