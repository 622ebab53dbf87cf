//! Aludel's driver for MySQL and MariaDB. An exchange with the server that was begun is ended, also if nobody waits for it any
//! more; whether a transaction is open is the server's word.
//!
//! A server that lies can cost a program its life here: `mysql_async` takes memory for as many columns as a result announces, and a
//! program that does not get it ends. TODO(#3): bound the count before it gets there. Lengths of packets are bounded.
//!
//! The floor plan, top to bottom; a module imports only from those below it:
//!
//! | module | what it is |
//! |---|---|
//! | `driver` | `MySql`: from a URL to connections |
//! | `connection` | one connection: statements, transactions, and what brings it back |
//! | `columns` | the columns of a table |
//! | `position` | how far a server has come, and whether a replica has come as far |
//! | `own` | queries of the driver itself |
//! | `line` | the exchanges of a connection, which belong to it and not to who waits |
//! | `wire` | a connection of `mysql_async`, closed at once where its own end would take long |
//! | `cancel` | ends statements from elsewhere, and never somebody else's |
//! | `open` | opens a connection, and sets what every one has |
//! | `encryption` | how TLS is spoken, and whose certificate is believed |
//! | `effect` | what a raw statement does to its connection |
//! | `decode`, `encode`, `moment` | values out of the wire and onto it |
//! | `errors` | from codes to kinds of errors |
//! | `url` | the URLs of MySQL and MariaDB databases |

#![forbid(unsafe_code)]

mod driver;
mod connection;
mod columns;
mod position;
mod own;
mod line;
mod wire;
mod cancel;
mod open;
mod encryption;
mod effect;
mod decode;
mod encode;
mod moment;
mod errors;
mod url;

pub use driver::MySql;
pub use url::{Location, Tls};
