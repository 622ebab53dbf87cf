//! The list of the servers that the tests need.

use super::kind::Kind;
use super::mariadb::MARIADB;
use super::postgres::POSTGRES;

/// All of them, in the order in which they are looked for.
pub(super) const KINDS: [&Kind; 2] = [&POSTGRES, &MARIADB];
