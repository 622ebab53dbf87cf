//! `cargo xtask campaign NAME`: tests that try many cases, at full size; what each has tried is printed, and none is a failure.

mod command;
mod cancel;
mod outage;
mod proxy;
mod kind;

#[cfg(test)]
pub(crate) use command::names;
pub(crate) use command::run;
