//! The engine on SQLite: what tasks, processes, cancellation and mistakes do to it.

mod attached;
mod backups;
mod blobs;
mod cache;
mod cancelled;
mod changes;
mod child;
mod dirty;
mod errors;
mod functions;
mod killed;
mod log;
mod nonsense;
mod options;
mod people;
mod raw;
mod search;
mod stalls;
mod stops;
mod strict;
mod suite;
mod transactions;
mod urls;
mod waiting;
mod world;
mod writers;
