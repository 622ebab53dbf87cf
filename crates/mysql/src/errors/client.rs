//! From the errors of the wire to kinds of errors: what broke, what took too long, what is no protocol.

use std::io;

use aludel_sql::{Error, ErrorKind};
use mysql_async::{DriverError, IoError};

use super::server::{During, from_server};

/// The error of an exchange.
#[cold]
pub(crate) fn from_wire(error: &mysql_async::Error, during: During) -> Error {
    match error {
        mysql_async::Error::Server(error) => from_server(error, during),
        mysql_async::Error::Io(IoError::Io(error)) => from_io(error),
        mysql_async::Error::Io(_) => disconnected().with_detail(error.to_string()),
        mysql_async::Error::Driver(DriverError::ConnectionClosed) => disconnected(),
        mysql_async::Error::Driver(DriverError::LocalInfile(_)) => Error::new(
            ErrorKind::Unsupported,
            "the server asked for a file of this machine, which it does not get; the connection is closed",
        )
        .hint("LOAD DATA LOCAL INFILE is not supported"),
        mysql_async::Error::Driver(DriverError::StmtParamsMismatch { required, supplied }) => {
            Error::usage(format!("the statement has {required} parameters, and {supplied} values were given"))
        }
        mysql_async::Error::Driver(DriverError::StmtParamsNumberExceedsLimit { .. }) => {
            Error::new(ErrorKind::TooManyParameters, "the statement has more than 65535 parameters")
        }
        mysql_async::Error::Driver(DriverError::MixedParams) => {
            Error::usage("the statement has a `:` before a name besides its parameters").hint("write a space behind the `:`")
        }
        mysql_async::Error::Driver(DriverError::PacketTooLarge) => too_large(),
        _ => protocol().with_detail(error.to_string()),
    }
}

fn from_io(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::Other if is_cut(error) => disconnected(),
        io::ErrorKind::Other if error.get_ref().is_some_and(|inner| inner.to_string().contains("too large")) => too_large(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => protocol().with_detail(error.to_string()),
        io::ErrorKind::UnexpectedEof if is_short(error) => protocol().with_detail(error.to_string()),
        kind => disconnected().with_detail(kind.to_string()),
    }
}

/// Whether a packet has ended within a value, and not the connection: both are an end that was not expected.
fn is_short(error: &io::Error) -> bool {
    error.to_string().contains("buf doesn't have enough data")
}

/// Whether the connection has ended within a packet.
fn is_cut(error: &io::Error) -> bool {
    error.to_string().contains("bytes remaining on stream")
}

#[cold]
pub(crate) fn too_large() -> Error {
    Error::new(ErrorKind::Data { column: None }, "a statement with its values is larger than what may be sent at once")
        .hint("raise the server's `max_allowed_packet`, or send less at once")
}

/// A connection that is not there any more.
#[cold]
pub(crate) fn disconnected() -> Error {
    Error::new(ErrorKind::Disconnected, "the connection to the server broke").hint("what was not committed is gone; begin again")
}

/// What no server should send.
#[cold]
pub(crate) fn protocol() -> Error {
    Error::new(ErrorKind::Protocol, "the server sent what the protocol does not allow; the connection is closed")
        .hint("look for a proxy in between, or for a server that is none of MySQL or MariaDB")
}

/// The server's code for a variable that it does not know. The first thing that MariaDB is asked to set, MySQL does not have.
const UNKNOWN_VARIABLE: u16 = 1193;

/// Whether no agreement on TLS was found: the server has none, or not one that both know.
pub(crate) fn is_unencrypted(error: &mysql_async::Error) -> bool {
    match error {
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) | mysql_async::Error::Io(IoError::Tls(_)) => true,
        mysql_async::Error::Io(IoError::Io(error)) => error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()),
        _ => false,
    }
}

/// The error of a connection that was not made.
#[cold]
pub(crate) fn connecting(error: &mysql_async::Error, server: &str) -> Error {
    let connect = |message: String| Error::new(ErrorKind::Connect, message);
    match error {
        mysql_async::Error::Io(_) if is_unencrypted(error) => not_encrypted(server).with_detail(error.to_string()),
        mysql_async::Error::Io(IoError::Io(error)) => match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                connect(format!("nothing listens at `{server}`")).hint("start the server, or check host and port in the URL")
            }
            io::ErrorKind::NotFound => {
                connect(format!("there is no socket `{server}`")).hint("start the server, or name its socket in the URL")
            }
            io::ErrorKind::PermissionDenied => {
                connect(format!("`{server}` may not be connected to")).hint("check the permissions of the socket")
            }
            io::ErrorKind::Other if is_cut(error) => {
                connect(format!("`{server}` has closed the connection before it was open")).hint("look into the server's log")
            }
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                from_io(error).hint("check that a MySQL or MariaDB server listens there")
            }
            io::ErrorKind::UnexpectedEof if is_short(error) => protocol(),
            kind => connect(format!("`{server}` cannot be connected to: {kind}"))
                .hint("check host and port in the URL, and the network in between"),
        },
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) => {
            connect(format!("`{server}` cannot encrypt connections, and the URL demands it"))
                .hint("give the server a certificate, or write `ssl-mode=preferred` in the URL")
        }
        mysql_async::Error::Driver(
            DriverError::UnknownAuthPlugin { .. } | DriverError::MysqlOldPasswordDisabled | DriverError::CleartextPluginDisabled,
        ) => connect(format!("`{server}` asks for a way to log in that is not supported"))
            .hint("let the user log in by `mysql_native_password`, `caching_sha2_password` or `ed25519`"),
        mysql_async::Error::Server(error) if error.code == UNKNOWN_VARIABLE && error.message.contains("max_statement_time") => {
            connect(format!("`{server}` is a MySQL server, and the URL begins with `mariadb:`"))
                .hint("write `mysql://..`: the SQL of the two is not the same")
        }
        other => from_wire(other, During::Connect),
    }
}

fn not_encrypted(server: &str) -> Error {
    Error::new(
        ErrorKind::Connect,
        format!(
            "the encrypted connection to `{server}` was not made: its certificate is not trusted, is for another host, or cannot be read"
        ),
    )
    .hint(
        "check `ssl-mode` and `ssl-ca` in the URL, and the server's certificate, which is to be of version 3; \
         what is wrong with it is the `detail` of this error",
    )
}
