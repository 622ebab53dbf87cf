//! The engine on a driver that answers late, fails on request and counts: what an embedded database cannot show.

mod pool;
mod script;
mod slots;
