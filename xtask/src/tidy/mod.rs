//! `cargo xtask tidy`: holds the tree to the house rules, one module per rule.
//! A rule is a function from the tree to findings; each was seen to fail on a made-up tree, in its own tests.

mod run;

mod exceptions;
mod rules;

mod crates;
mod faces;
mod first_line;
mod functions;
mod length;
mod modules;
mod names;
mod nevers;
mod panics;
mod patience;
mod reasons;
mod size;
mod todo;
mod unsafe_code;

mod floor_plan;
mod module_map;
mod paths;
mod manifest;

mod floors;
mod tree;

mod source;
mod syntax;

mod finding;

pub(crate) use run::run;
