//! Certificates of a test's own, made by `openssl`: an authority, and what it signs for a server.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::account::Account;
use super::programs::find;

/// An authority, whose files are gone with it.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
    account: Option<Account>,
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// Its time was over yesterday.
    Expired,
    /// It is of the first version, which has no names of hosts, as `openssl x509 -req` makes them by itself.
    Old,
}

impl Authority {
    /// A new one. The keys that it makes are for servers that run as the user of this name, if we are root.
    ///
    /// # Panics
    /// If `openssl` fails.
    pub fn new(account: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("aludel-").tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
        let authority = Self { folder, account: Account::instead_of_root(account) };
        // No two have one name.
        let name = authority.folder.path().file_name().unwrap_or_default().to_string_lossy();
        let name = format!("/CN={name}");
        let arguments = ["req", "-x509", "-subj", &name, "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"];
        authority.openssl(&[&arguments[..], &NEW_KEY].concat());
        authority
    }

    /// The file of its own certificate.
    pub fn file(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// The file of the server's certificate, once there is one.
    pub fn certificate(&self) -> PathBuf {
        self.path("server.pem")
    }

    /// The file of the server's key.
    pub fn key(&self) -> PathBuf {
        self.path("server.key")
    }

    /// Makes a key and a certificate for a server of these names (`DNS:localhost,IP:127.0.0.1`), in the place of those from before.
    ///
    /// # Panics
    /// If `openssl` fails.
    pub fn sign(&self, names: &str, flaw: Flaw) {
        let alternatives = format!("subjectAltName={names}");
        let request =
            ["req", "-subj", "/CN=A server of the tests", "-addext", &alternatives, "-keyout", "server.key", "-out", "server.csr"];
        self.openssl(&[&request[..], &NEW_KEY].concat());
        let days = if flaw == Flaw::Expired { "-1" } else { "2" };
        let sign = ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem"];
        let names = if flaw == Flaw::Old { &[][..] } else { &["-copy_extensions", "copy"] };
        self.openssl(&[&sign[..], &["-days", days], names].concat());
        if let Some(account) = self.account {
            account.give(&self.key());
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new(find("openssl")).args(arguments).current_dir(self.folder.path()).output();
        let output = output.unwrap_or_else(|error| panic!("`openssl` cannot be run: {error}"));
        assert!(output.status.success(), "openssl {arguments:?} has failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

const NEW_KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// An option of a server that names a file: `--ssl-cert=/tmp/server.pem`.
pub fn naming(option: &str, file: &Path) -> String {
    format!("{option}={}", file.display())
}
