//! The engine on SQLite: what tasks, processes, cancellation and mistakes do to it.

mod cache;
mod campaign;
mod cancelled;
mod changes;
mod child;
mod dirty;
mod errors;
mod killed;
mod log;
mod nonsense;
mod people;
mod raw;
mod stalls;
mod stops;
mod suite;
mod transactions;
mod urls;
mod waiting;
mod world;
mod writers;
