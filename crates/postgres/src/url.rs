//! The URLs of PostgreSQL databases, as libpq reads them: several hosts, options behind the question mark. The password is in
//! here, and is shown to nobody.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use aludel_sql::{Error, ErrorKind, Result};
use percent_encoding::percent_decode_str;

/// Where a database is, who asks, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The servers, in the order in which they are tried; at least one.
    pub hosts: Vec<Host>,
    /// Who asks; `postgres` if nobody is named.
    pub user: String,
    /// The password, which is never shown.
    pub password: Option<Password>,
    /// The database; the one named after the user if none is named.
    pub database: String,
    /// Whether the connection is encrypted, and how sure it is of the server (`?sslmode=verify-full`).
    pub encryption: Encryption,
    /// The certificates that the server's must come from, in a PEM file; those of the system without one (`?sslrootcert=ca.pem`).
    pub root_certificates: Option<PathBuf>,
    /// What the server shows as the name of the program (`?application_name=shop`).
    pub application_name: Option<String>,
    /// How long the opening of a connection may take, from the name's address to the first answer (`?connect_timeout=5`, in seconds).
    pub connect_timeout: Duration,
    /// How long the server lets a statement run (`?statement_timeout=30000`, in milliseconds).
    pub statement_timeout: Option<Duration>,
    /// The greatest number of connections (`?pool_size=20`).
    pub pool_size: Option<usize>,
    /// Whether transactions that write leave a row that tells whether they are committed (`?commit_tokens=on`), see
    /// [`PoolOptions::commit_tokens`](aludel_engine::PoolOptions::commit_tokens()).
    pub commit_tokens: bool,
    /// Whether the servers are tried in random order, so that connections are spread over them (`?load_balance_hosts=random`).
    pub load_balance: bool,
    /// Which of several servers is meant (`?target_session_attrs=read-write`).
    pub target: Target,
    /// Settings of the session, as libpq has them (`?options=-c%20search_path=shop`).
    pub options: Option<String>,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name or an address, and a port.
    Tcp(String, u16),
    /// The folder of a Unix socket, and the port in its name.
    Unix(PathBuf, u16),
}

/// A password. Neither `Debug` nor any message shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub(crate) String);

/// Whether the connection is encrypted, and how sure it is of the server; libpq's `sslmode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Never.
    Disable,
    /// If the server can; nobody is asked who it is. The default.
    #[default]
    Prefer,
    /// Always; who the server is, is asked only where root certificates are named.
    Require,
    /// Always, and the server's certificate comes from one that is trusted.
    VerifyCa,
    /// Always, and the certificate is that of the host.
    VerifyFull,
}

/// Which of several servers is meant; libpq's `target_session_attrs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The first that answers.
    #[default]
    Any,
    /// One that takes writes.
    ReadWrite,
    /// One that takes none.
    ReadOnly,
    /// One that is no standby.
    Primary,
    /// A standby.
    Standby,
    /// A standby, or any if there is none.
    PreferStandby,
}

const PORT: u16 = 5432;
/// HikariCP's contract, with a shorter time: a connection within it, or an error.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const WRITE: &str = "write `postgres://user:password@host:5432/database`";
const ENCODE: &str = "in what stands there, `:`, `/`, `?` and `@` are written `%3A`, `%2F`, `%3F` and `%40`";
const OPTIONS: &str = "the options are `sslmode=disable|prefer|require|verify-ca|verify-full`, `sslrootcert=FILE`, `application_name`, \
                       `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, \
                       `commit_tokens=off|on`, `load_balance_hosts=disable|random`, \
                       `target_session_attrs=any|read-write|read-only|primary|standby|prefer-standby`, `options`, `host`, `port`, `user`, \
                       `password` and `dbname`";

impl Location {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for another scheme, a port that is none, and for an option or a value of one that does not exist; without
    /// what may be a password.
    pub fn parse(url: &str) -> Result<Self> {
        let rest = ["postgres://", "postgresql://"].iter().find_map(|scheme| url.strip_prefix(scheme)).ok_or_else(|| foreign(url))?;
        let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        // A password with `/` or `?` in it has ended too early: nothing of what follows may be shown.
        if database.contains('@') || options.contains('@') {
            return Err(config("the URL of the database has an `@` behind its host").hint(ENCODE));
        }
        let (who, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = who.split_once(':').map_or((who, None), |(user, password)| (user, Some(password)));
        let mut read = Read { location: Self::local(), hosts: Vec::new(), ports: Vec::new() };
        read.location.user = decoded(user)?;
        read.location.password = password.map(decoded).transpose()?.map(Password);
        read.location.database = decoded(database)?;
        for host in hosts.split(',').filter(|host| !host.is_empty()) {
            read.host(host)?;
        }
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            read.option(&decoded(name)?, &decoded(value)?)?;
        }
        read.end()
    }

    /// The server of this machine, with all options at their defaults.
    fn local() -> Self {
        Self {
            hosts: Vec::new(),
            user: String::new(),
            password: None,
            database: String::new(),
            encryption: Encryption::default(),
            root_certificates: None,
            application_name: None,
            connect_timeout: CONNECT_TIMEOUT,
            statement_timeout: None,
            pool_size: None,
            commit_tokens: false,
            load_balance: false,
            target: Target::default(),
            options: None,
        }
    }

    /// What messages call the database.
    pub fn name(&self) -> String {
        let hosts: Vec<_> = self.hosts.iter().map(Host::to_string).collect();
        format!("postgres://{}@{}/{}", self.user, hosts.join(","), self.database)
    }
}

/// A URL while it is read: hosts and their ports may stand in two places.
struct Read {
    location: Location,
    hosts: Vec<String>,
    ports: Vec<u16>,
}

impl Read {
    /// `name`, `name:port`, `[address]` or `[address]:port`.
    fn host(&mut self, text: &str) -> Result {
        let (name, behind) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, behind)) => (address, behind),
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        self.hosts.push(decoded(name)?);
        match behind.strip_prefix(':') {
            Some(port) => self.port(port),
            None if behind.is_empty() => self.port(""),
            None => Err(config("a host of the URL has something behind its bracket that is no port").hint(WRITE)),
        }
    }

    fn port(&mut self, text: &str) -> Result {
        let port = if text.is_empty() { Some(PORT) } else { text.parse().ok().filter(|port| *port > 0) };
        // What is no port may be the rest of a password that holds a `:` or an `@`.
        self.ports.push(port.ok_or_else(|| config("the URL has a port that is none").hint(format!("{WRITE}; {ENCODE}")))?);
        Ok(())
    }

    fn option(&mut self, name: &str, value: &str) -> Result {
        let location = &mut self.location;
        match name {
            "sslmode" => location.encryption = encryption(value)?,
            "sslrootcert" => location.root_certificates = Some(value).filter(|value| *value != "system").map(PathBuf::from),
            "application_name" => location.application_name = Some(value.to_owned()),
            "connect_timeout" => location.connect_timeout = Duration::from_secs(number(name, value, "seconds")?),
            "statement_timeout" => location.statement_timeout = Some(Duration::from_millis(number(name, value, "milliseconds")?)),
            "pool_size" => location.pool_size = Some(number(name, value, "connections")?),
            "commit_tokens" => location.commit_tokens = either(name, value, ["off", "on"])?,
            "load_balance_hosts" => location.load_balance = either(name, value, ["disable", "random"])?,
            "target_session_attrs" => location.target = target(value)?,
            "options" => location.options = Some(value.to_owned()),
            "user" => value.clone_into(&mut location.user),
            "password" => location.password = Some(Password(value.to_owned())),
            "dbname" => value.clone_into(&mut location.database),
            "host" => {
                (self.hosts, self.ports) = (value.split(',').map(str::to_owned).collect(), std::mem::take(&mut self.ports));
            }
            "port" => {
                self.ports.clear();
                value.split(',').try_for_each(|port| self.port(port))?;
            }
            _ => return Err(config(format!("`{name}` is no option of a PostgreSQL database")).hint(OPTIONS)),
        }
        Ok(())
    }

    fn end(self) -> Result<Location> {
        let Self { mut location, mut hosts, ports } = self;
        if hosts.is_empty() {
            hosts.push("localhost".to_owned());
        }
        if ports.len() > 1 && ports.len() != hosts.len() {
            return Err(config(format!("the URL names {} hosts and {} ports", hosts.len(), ports.len())).hint(WRITE));
        }
        let port = |nth: usize| ports.get(nth).or(ports.first()).copied().unwrap_or(PORT);
        location.hosts = hosts.into_iter().enumerate().map(|(nth, host)| Host::new(host, port(nth))).collect();
        if location.user.is_empty() {
            "postgres".clone_into(&mut location.user);
        }
        if location.database.is_empty() {
            location.database.clone_from(&location.user);
        }
        let texts = [Some(&location.user), Some(&location.database), location.application_name.as_ref(), location.options.as_ref()];
        if texts.into_iter().flatten().any(|text| text.contains('\0')) {
            return Err(config("the URL holds a NUL character, where the server would stop reading"));
        }
        Ok(location)
    }
}

impl Host {
    fn new(name: String, port: u16) -> Self {
        match name.starts_with('/') {
            true => Self::Unix(PathBuf::from(name), port),
            false => Self::Tcp(name, port),
        }
    }
}

/// As in a URL.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(name, port) if name.contains(':') => write!(f, "[{name}]:{port}"),
            Self::Tcp(name, port) => write!(f, "{name}:{port}"),
            Self::Unix(folder, port) => write!(f, "{}:{port}", folder.display()),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

fn encryption(value: &str) -> Result<Encryption> {
    Ok(match value {
        "disable" => Encryption::Disable,
        "allow" | "prefer" => Encryption::Prefer,
        "require" => Encryption::Require,
        "verify-ca" => Encryption::VerifyCa,
        "verify-full" => Encryption::VerifyFull,
        _ => return Err(config(format!("`sslmode={value}` is no option of a PostgreSQL database")).hint(OPTIONS)),
    })
}

fn target(value: &str) -> Result<Target> {
    Ok(match value {
        "any" => Target::Any,
        "read-write" => Target::ReadWrite,
        "read-only" => Target::ReadOnly,
        "primary" => Target::Primary,
        "standby" => Target::Standby,
        "prefer-standby" => Target::PreferStandby,
        _ => return Err(config(format!("`target_session_attrs={value}` is no option of a PostgreSQL database")).hint(OPTIONS)),
    })
}

/// Whether it is the second of two words.
fn either(name: &str, value: &str, words: [&str; 2]) -> Result<bool> {
    let found = words.iter().position(|word| *word == value);
    found.map(|found| found == 1).ok_or_else(|| config(format!("`{name}={value}` is no option of a PostgreSQL database")).hint(OPTIONS))
}

fn number<N: TryFrom<u64>>(name: &str, value: &str, what: &str) -> Result<N> {
    let number = value.parse::<u32>().ok().filter(|number| *number > 0);
    number
        .and_then(|number| N::try_from(u64::from(number)).ok())
        .ok_or_else(|| config(format!("`{name}={value}` is not a number of {what}")).hint(OPTIONS))
}

/// What cannot be decoded may be a part of the password.
fn decoded(text: &str) -> Result<String> {
    match percent_decode_str(text).decode_utf8() {
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(_) => Err(config("the URL is not UTF-8 behind its `%`").hint("write each byte of a character in UTF-8 as `%` and two digits")),
    }
}

/// What stands behind the scheme may be a password.
fn foreign(url: &str) -> Error {
    let message = match url.split_once(':') {
        Some((scheme, _)) => format!("a URL that begins with `{scheme}:` is not one of a PostgreSQL database"),
        None => "a URL without a scheme is not one of a PostgreSQL database".to_owned(),
    };
    config(message).hint(WRITE)
}

fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
