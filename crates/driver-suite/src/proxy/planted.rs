//! The faults that the campaigns through a proxy must find where they are planted on purpose.

use aludel_engine::Engine;
use aludel_engine::Fault::{
    self, AtWorkGivenUp, BrokenAsProtocol, BrokenAsUnknown, EarlyCommit, ForeignAnswer, Hoarded, LostBroken, LostPlace, NotAsked,
    NotAttended, NotResolved, ProtocolAsSyntax, ResolvedUnasked, SentAgain, UnknownAsBroken, UnknownAsDone, WriteAsBroken,
};

use super::campaign::Subject;
use super::verdict::Tells;
use crate::report::{Report, find};

/// What is found where connections are cut, on each database.
pub const BY_CUTS: &[Fault] = &[
    EarlyCommit,
    UnknownAsBroken,
    UnknownAsDone,
    WriteAsBroken,
    SentAgain,
    BrokenAsUnknown,
    BrokenAsProtocol,
    NotAsked,
    LostBroken,
    LostPlace,
];
/// What is found there where the database tells what became of a transaction.
pub const BY_CUTS_TOLD: &[Fault] = &[NotResolved, ResolvedUnasked];
/// What is found where a server is silent.
pub const BY_STALLS: &[Fault] = &[NotAttended];
/// What is found where a server works long.
pub const BY_SILENCE: &[Fault] = &[AtWorkGivenUp];
/// What is found where answers come in pieces.
pub const BY_SLICES: &[Fault] = &[ForeignAnswer];
/// What is found where they are not those of the server.
pub const BY_GARBLES: &[Fault] = &[ProtocolAsSyntax];
/// What is found where a server lies.
pub const BY_LIES: &[Fault] = &[ProtocolAsSyntax, Hoarded];

/// A database whose engines have a fault.
#[derive(Debug)]
pub struct Faulty<'s, S> {
    subject: &'s S,
    fault: Fault,
}

impl<S: Subject> Subject for Faulty<'_, S> {
    const NAME: &'static str = S::NAME;

    fn server(&self) -> String {
        self.subject.server()
    }

    fn through(&self, port: u16) -> Engine {
        self.subject.through(port)
    }

    fn outside(&self) -> &Engine {
        self.subject.outside()
    }

    fn tells(&self) -> Tells {
        self.subject.tells()
    }

    fn fault(&self) -> Option<Fault> {
        Some(self.fault)
    }
}

/// Runs a campaign with each of the faults.
///
/// # Panics
/// If it does not find one.
pub async fn find_planted<S: Subject>(subject: &S, faults: &[Fault], run: impl AsyncFn(&Faulty<'_, S>) -> Report) {
    find(faults, async |fault| run(&Faulty { subject, fault }).await).await;
}

/// All that are found by one of the campaigns.
#[cfg(test)]
pub(crate) const BY_PROXY: &[&[Fault]] = &[BY_CUTS, BY_CUTS_TOLD, BY_STALLS, BY_SILENCE, BY_SLICES, BY_GARBLES, BY_LIES];
