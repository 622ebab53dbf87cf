//! `Member`: an open connection of a pool, with what the pool remembers of it.

use std::time::{Duration, Instant};

use crate::port::{PoolOptions, RawConnection};

/// An open connection.
pub(crate) struct Member {
    pub(super) raw: Box<dyn RawConnection>,
    /// None for an embedded database, whose connections neither age nor break.
    record: Option<Box<Record>>,
}

struct Record {
    born: Instant,
    idle_since: Instant,
    /// The [epoch](super::shelf::Shelf::epoch) in which it last was known to work.
    epoch: u64,
}

/// What is to be done with a connection before it is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vet {
    Lend,
    Ping,
    Close,
}

impl Member {
    pub(super) fn embedded(raw: Box<dyn RawConnection>) -> Self {
        Self { raw, record: None }
    }

    pub(super) fn remote(raw: Box<dyn RawConnection>, epoch: u64) -> Self {
        let now = Instant::now();
        Self { raw, record: Some(Box::new(Record { born: now, idle_since: now, epoch })) }
    }

    /// Notes that it came back and works.
    pub(super) fn rest(&mut self) {
        if let Some(record) = &mut self.record {
            record.idle_since = Instant::now();
        }
    }

    /// Notes that it works, in this epoch.
    pub(super) fn works(&mut self, epoch: u64) {
        if let Some(record) = &mut self.record {
            record.epoch = epoch;
        }
    }

    /// What is to be done before it is lent.
    pub(super) fn vet(&self, epoch: u64, options: &PoolOptions) -> Vet {
        let Some(record) = &self.record else { return Vet::Lend };
        let is_older = |than: Duration, since: Instant| since.elapsed() >= than;
        match () {
            () if options.recycle.is_some_and(|age| is_older(age, record.born)) => Vet::Close,
            () if record.epoch != epoch || is_older(options.ping_after, record.idle_since) => Vet::Ping,
            () => Vet::Lend,
        }
    }
}
