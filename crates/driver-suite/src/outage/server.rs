//! What a driver's tests bring along: a server of their own, and engines on it.

use aludel_engine::{Engine, PoolOptions};

use crate::servers::{Kill, Stop};

/// A server that nobody else uses. Dropped, it is gone.
pub trait Server: Send + Sync + Sized + 'static {
    /// What reports call the database.
    const NAME: &'static str;

    /// Ways to kill it.
    const KILLS: &'static [Kill];

    /// Ways to stop it.
    const STOPS: &'static [Stop];

    /// Whether it can be asked what became of a write by itself.
    const TELLS_SINGLE: bool;

    /// Makes it and starts it.
    fn start() -> Self;

    /// Where it listens, at 127.0.0.1.
    fn port(&self) -> u16;

    /// An engine on it, or on what stands before it at this port, whose transactions can be asked after.
    fn engine(&self, port: u16, options: PoolOptions) -> Engine;

    /// `kill -9`.
    fn kill(&mut self, kill: Kill);

    /// Ends it.
    fn stop(&mut self, stop: Stop);

    /// Starts it again, and waits until it answers.
    fn serve(&mut self);
}

/// A server and a standby that has all that it has told of.
pub trait Pair: Send + Sync + Sized + 'static {
    /// What reports call the database.
    const NAME: &'static str;

    /// Makes both and starts them.
    fn start() -> Self;

    /// An engine on both by one URL, for what takes writes; or, with the fault that it does not ask for that, for any.
    fn engine(&self, options: PoolOptions, asks: bool) -> Engine;

    /// An engine on the one that is to take over.
    fn next(&self) -> Engine;

    /// Kills the primary.
    fn kill(&mut self);

    /// Makes the standby the primary; returns when it takes writes.
    fn promote(&mut self);
}

/// A server and two that follow it.
pub trait Followed: Send + Sync + Sized + 'static {
    /// What reports call the database.
    const NAME: &'static str;

    /// Makes all three and starts them.
    fn start() -> Self;

    /// An engine on the primary.
    fn primary(&self, options: PoolOptions) -> Engine;

    /// An engine on one of the two others.
    fn follower(&self, nth: usize, options: PoolOptions) -> Engine;

    /// Keeps one of them from repeating what the primary does, or lets it go on.
    fn hold(&self, nth: usize, holds: bool);
}
