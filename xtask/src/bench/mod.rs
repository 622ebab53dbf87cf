//! `cargo xtask bench`: builds the peers in `bench/`, runs them by turns on one machine and prints medians and ratios.
//! Knows the peers by their line protocol only.

mod command;

mod data;
mod engine;
mod pipeline;
mod instructions;
mod web_instructions;
mod web;
mod ticks;
mod writers;
mod build_time;

mod expansion;
mod server;
mod callgrind;
mod load;

mod turns;

mod delay;

mod table;

mod peer;

mod jobs;
mod statistics;

pub(crate) use command::run;
pub(crate) use load::{LOAD_COMMAND, load};
