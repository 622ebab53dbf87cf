//! The database servers that the tests speak to: named by the environment, found on their standard ports, or our own.
//! Whoever wants servers asks for [`Servers`] and keeps it as long as they are needed; what we started stops with it.

mod command;
mod ready;

mod own;

mod guard;
mod install;
mod place;

mod account;
mod kinds;
mod process;

mod mariadb;
mod postgres;

mod programs;
mod startup;

mod kind;

pub(crate) use command::run;
pub(crate) use guard::{GUARD_COMMAND, run as guard};
pub(crate) use ready::{Servers, Wanted};
