//! The URLs of MySQL and MariaDB databases: `mysql://user:password@host:port/database?options`, or `mariadb://..`, which
//! chooses the dialect. A password is read here, and shown nowhere.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use aludel_sql::{Error, ErrorKind, MySql, Result};
use percent_encoding::percent_decode_str;

/// Where a database is, and how it is connected to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// How its SQL is written: as the scheme of the URL says, whatever the server is.
    pub dialect: MySql,
    /// The user; the server's default without one.
    pub user: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// The name or the address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The socket of a server on this machine, instead of host and port (`?socket=/run/mysqld/mysqld.sock`). What is said there
    /// does not leave the machine, and is not encrypted whatever `ssl-mode` says.
    pub socket: Option<String>,
    /// The database; none is chosen without one.
    pub database: Option<String>,
    /// Whether the connection is encrypted, and the server's certificate checked (`?ssl-mode=required`).
    pub tls: Tls,
    /// The file of the authorities whose certificates are trusted, instead of the public ones (`?ssl-ca=ca.pem`). A URL that
    /// names one and no `ssl-mode` means `verify_ca`, as MySQL's client does.
    pub authorities: Option<PathBuf>,
    /// How long it may take to connect, from the server's name to the first answer (`?connect_timeout=5`, in seconds).
    pub connect_timeout: Duration,
    /// How long a statement may run, as the server counts; on MySQL a SELECT only (`?statement_timeout=1000`, in milliseconds).
    pub statement_timeout: Option<Duration>,
    /// The greatest number of connections (`?pool_size=10`).
    pub pool_size: Option<usize>,
    /// Whether transactions that write leave a row that tells whether they are committed (`?commit_tokens=on`), see
    /// [`PoolOptions::commit_tokens`](aludel_engine::PoolOptions::commit_tokens()).
    pub commit_tokens: bool,
}

/// Whether a connection is encrypted, as MySQL's `ssl-mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tls {
    /// It is not.
    Disabled,
    /// It is if the server can, and if both find a way. The default; it does not keep out who can change what is sent.
    #[default]
    Preferred,
    /// It is, with whoever answers; where the URL names authorities, with one whose certificate they have signed.
    Required,
    /// It is, with one whose certificate is signed by an authority that is trusted, whatever host it is for.
    VerifyCa,
    /// It is, and the certificate is for the host that the URL names.
    VerifyIdentity,
}

const OPTIONS: &str = "the options are `ssl-mode=disabled|preferred|required|verify_ca|verify_identity`, `ssl-ca=FILE`, \
    `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, `commit_tokens=off|on` and \
    `socket=FILE`";

impl Location {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for another scheme, for what is no host or port, and for an option or a value of one that does
    /// not exist; without what may be a password.
    pub fn parse(url: &str) -> Result<Self> {
        let (dialect, rest) = match url.split_once("://") {
            Some(("mysql", rest)) => (MySql::MySql, rest),
            Some(("mariadb", rest)) => (MySql::MariaDb, rest),
            _ => return Err(foreign(url)),
        };
        let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        // A password with `/` or `?` in it has ended too early: nothing of what follows may be shown.
        if database.contains('@') || options.contains('@') {
            return Err(config("the URL of the database has an `@` behind its host").hint(ENCODE));
        }
        let (account, server) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = account.split_once(':').map_or((account, None), |(user, password)| (user, Some(password)));
        let (host, port) = host_and_port(server)?;
        let location = Self {
            dialect,
            user: Some(decoded("user", user)?).filter(|user| !user.is_empty()),
            password: password.map(|password| decoded("password", password)).transpose()?,
            host: decoded("host", host)?,
            port,
            socket: None,
            database: Some(decoded("database", database)?).filter(|database| !database.is_empty()),
            tls: Tls::default(),
            authorities: None,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: None,
            pool_size: None,
            commit_tokens: false,
        };
        let mut location = options.split('&').filter(|option| !option.is_empty()).try_fold(location, Self::option)?;
        // Who names an authority wants it to count.
        if location.authorities.is_some() && !options.split('&').any(|option| option.starts_with("ssl-mode=")) {
            location.tls = Tls::VerifyCa;
        }
        Ok(location)
    }

    fn option(mut self, option: &str) -> Result<Self> {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let wrong = || config(format!("`{name}={value}` is no option of a MySQL or MariaDB database")).hint(OPTIONS);
        let number = || value.parse::<u64>().ok().filter(|number| (1..=u64::from(u32::MAX)).contains(number)).ok_or_else(wrong);
        match name {
            "ssl-mode" => self.tls = tls(value).ok_or_else(wrong)?,
            "ssl-ca" => self.authorities = Some(decoded(name, value)?.into()),
            "connect_timeout" => self.connect_timeout = Duration::from_secs(number()?),
            "statement_timeout" => self.statement_timeout = Some(Duration::from_millis(number()?)),
            "pool_size" => self.pool_size = Some(usize::try_from(number()?).unwrap_or(usize::MAX)),
            "commit_tokens" if value == "on" => self.commit_tokens = true,
            "commit_tokens" if value == "off" => self.commit_tokens = false,
            "commit_tokens" => return Err(wrong()),
            "socket" => self.socket = Some(decoded(name, value)?),
            "charset" if value == "utf8mb4" => {}
            "charset" => {
                return Err(config("the character set of a connection is always `utf8mb4`").hint("leave `charset` out of the URL"));
            }
            _ => return Err(config(format!("`{name}` is no option of a MySQL or MariaDB database")).hint(OPTIONS)),
        }
        Ok(self)
    }

    /// What messages call the database: without the password.
    pub fn name(&self) -> String {
        let scheme = match self.dialect {
            MySql::MySql => "mysql",
            MySql::MariaDb => "mariadb",
        };
        let user = self.user.as_deref().map_or_else(String::new, |user| format!("{user}@"));
        format!("{scheme}://{user}{}/{}", self.server(), self.database.as_deref().unwrap_or_default())
    }

    /// What messages call the server.
    pub(crate) fn server(&self) -> String {
        match &self.socket {
            Some(socket) => socket.clone(),
            None if self.host.contains(':') => format!("[{}]:{}", self.host, self.port),
            None => format!("{}:{}", self.host, self.port),
        }
    }
}

/// Without the password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({})", self.name())
    }
}

const ENCODE: &str =
    "write the characters `@`, `/`, `?`, `:` and `%` in a user, a password or a database as `%40`, `%2F`, `%3F`, `%3A` and `%25`";

fn tls(value: &str) -> Option<Tls> {
    Some(match &*value.to_ascii_lowercase().replace('-', "_") {
        "disabled" => Tls::Disabled,
        "preferred" => Tls::Preferred,
        "required" => Tls::Required,
        "verify_ca" => Tls::VerifyCa,
        "verify_identity" => Tls::VerifyIdentity,
        _ => return None,
    })
}

/// The host, without the brackets of an IPv6 address, and the port, 3306 without one.
fn host_and_port(server: &str) -> Result<(&str, u16)> {
    let bad = || config("the URL of the database names no port behind the `:` of its host").hint(ENCODE);
    let (host, port) = match server.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, port)) => (address, Some(port.strip_prefix(':').ok_or_else(bad)?)),
        None => server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Ok(3306), |port| port.parse().map_err(|_not_shown| bad()))?;
    Ok((if host.is_empty() { "localhost" } else { host }, port))
}

fn decoded(part: &str, text: &str) -> Result<String> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_not_shown| {
        config(format!("the {part} in the URL of the database is not UTF-8")).hint("`%` and two hexadecimal digits stand for one byte")
    })?;
    match text.contains('\0') {
        false => Ok(text.into_owned()),
        true => Err(config(format!("the {part} in the URL of the database has a NUL character in it"))),
    }
}

/// What stands behind the scheme may be a password.
fn foreign(url: &str) -> Error {
    let message = match url.split_once(':') {
        Some((scheme, _)) if scheme.chars().all(|letter| letter.is_ascii_alphanumeric()) => {
            format!("a URL that begins with `{scheme}:` is not one of a MySQL or MariaDB database")
        }
        _ => "a URL without a scheme is not one of a MySQL or MariaDB database".to_owned(),
    };
    config(message).hint("write `mysql://user:password@host:3306/database`, or `mariadb://..` for a MariaDB server")
}

fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
