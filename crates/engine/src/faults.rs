//! `Fault`: what is wrong with an engine on purpose, for the campaigns that must find it. Without the feature
//! `planted-faults` nothing can be planted, and asking costs nothing.

#[cfg(feature = "planted-faults")]
use aludel_sql::{Error, ErrorKind};

/// More than all hostile messages of a campaign may cost, in bytes.
#[cfg(feature = "planted-faults")]
const HOARD: usize = 640 << 20;

/// Makes the enum, and the list of all its variants.
macro_rules! faults { ($($(#[$doc:meta])* $name:ident,)*) => {
    /// A fault of the pool, or of what runs on it.
    #[cfg_attr(not(feature = "planted-faults"), expect(unreachable_pub, reason = "it is seen with the feature alone"))]
    #[cfg_attr(not(feature = "planted-faults"), allow(dead_code, reason = "some are asked for with the feature alone"))]
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Fault {
        $($(#[$doc])* $name,)*
    }

    #[cfg(feature = "planted-faults")]
    impl Fault {
        /// All of them.
        pub const ALL: &[Self] = &[$(Self::$name),*];
    }
} }

faults! {
    /// A connection is not marked before an exchange.
    Unmarked,
    /// A connection comes back as it is: nobody asks whether it is in a transaction.
    NotAsked,
    /// A connection that was left half-way comes back as it is.
    NotReset,
    /// Who goes on with a connection that was left half-way finds it so.
    NotRecovered,
    /// A place of the pool is lost when the opening of its connection is dropped.
    LostPlace,
    /// A place of the pool is lost when a connection comes back from the middle of an exchange.
    LostSlot,
    /// The writer's place is lost when a connection comes back in a transaction.
    LostTicket,
    /// One who has gone counts among those who wait.
    LostWaiter,
    /// One who has gone counts among those who hold a connection.
    LostHolder,
    /// A commit is told before it has been made.
    EarlyCommit,
    /// A transaction that was dropped stays open for what comes after it.
    NotAbandoned,
    /// A statement after the end of its transaction runs outside of one.
    NotChecked,
    /// What a nested transaction did stays when it is dropped.
    NotTakenBack,
    /// A connection gives the answer to another one's question.
    ForeignAnswer,
    /// A commit that was not answered is told as a connection that broke before it.
    UnknownAsBroken,
    /// A commit that was not answered is told as done.
    UnknownAsDone,
    /// A write that was not answered is sent again.
    SentAgain,
    /// What became of a commit is told without asking: nothing.
    ResolvedUnasked,
    /// What became of a commit is never known.
    NotResolved,
    /// A place of the pool is lost when a broken connection is closed.
    LostBroken,
    /// A connection that does not answer when it is asked is lent all the same.
    PingIgnored,
    /// A replica is not asked how far it has come.
    ReplicaUnasked,
    /// What one replica has come to, all count as having come to.
    OneForAll,
    /// Nobody notes that a transaction has written.
    CommitNotNoted,
    /// Nobody notes that a statement by itself has written.
    WriteNotNoted,
    /// After a further write the position of an earlier one counts.
    OldPosition,
    /// What only reads goes to the primary.
    PrimaryAlways,
    /// A server that says nothing is waited for, however long.
    NotAttended,
    /// A server that is at work is given up.
    AtWorkGivenUp,
    /// A write by itself that was not answered is told as a connection that broke before it.
    WriteAsBroken,
    /// A connection that broke in a transaction is told as a commit that was not answered.
    BrokenAsUnknown,
    /// A connection that broke is told as a server that breaks its protocol.
    BrokenAsProtocol,
    /// A server that breaks its protocol is told as a mistake in the statement.
    ProtocolAsSyntax,
    /// A server that breaks its protocol costs memory.
    Hoarded,
}

/// The fault that an engine has.
#[derive(Debug, Default)]
pub(crate) struct Planted {
    /// Counted from 1; 0 is none.
    #[cfg(feature = "planted-faults")]
    fault: std::sync::atomic::AtomicU8,
    /// The number that was asked with last.
    #[cfg(feature = "planted-faults")]
    asked: std::sync::atomic::AtomicI64,
}

impl Planted {
    /// Plants a fault in place of what was there.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn plant(&self, fault: Fault) {
        self.fault.store(1 + fault as u8, std::sync::atomic::Ordering::Relaxed);
    }

    /// Whether it is this one.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault.load(std::sync::atomic::Ordering::Relaxed) == 1 + fault as u8
    }

    /// The number that another one has asked with, in the place of this one; now and then.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn exchange(&self, number: i64) -> i64 {
        let other = self.asked.swap(number, std::sync::atomic::Ordering::Relaxed);
        if self.is(Fault::ForeignAnswer) && number % 8 == 0 { other } else { number }
    }

    /// An error of a statement as it is told: as another one, if that is the fault.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn told(&self, error: Error) -> Error {
        if self.is(Fault::Hoarded) && *error.kind() == ErrorKind::Protocol {
            drop(std::hint::black_box(vec![1_u8; HOARD]));
        }
        let kind = match error.kind() {
            ErrorKind::CommitUnknown if self.is(Fault::WriteAsBroken) => ErrorKind::Disconnected,
            ErrorKind::Disconnected if self.is(Fault::BrokenAsUnknown) => ErrorKind::CommitUnknown,
            ErrorKind::Disconnected if self.is(Fault::BrokenAsProtocol) => ErrorKind::Protocol,
            ErrorKind::Protocol if self.is(Fault::ProtocolAsSyntax) => ErrorKind::Syntax,
            _ => return error,
        };
        Error::new(kind, "this is told on purpose, and is not so")
    }

    /// It is none.
    #[cfg(not(feature = "planted-faults"))]
    #[inline(always)]
    pub(crate) const fn is(&self, _fault: Fault) -> bool {
        false
    }
}
