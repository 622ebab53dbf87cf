//! Statements that go out together to a server that is far away: how many round trips they cost.

use std::time::Duration;

use super::delay;
use super::peer::Peer;
use super::table::{self, Table};
use crate::shell::{self, Outcome};

const STATEMENTS: usize = 10;
/// How long everything takes to the server, and back from it.
const ONE_WAY: Duration = Duration::from_millis(5);
/// How many round trips they may cost.
const MOST: f64 = 2.0;
/// What the server and the proxy work comes on top of the way: so much of a trip it may be, in all.
const WORK: f64 = 0.25;

/// Measures through a proxy before the server at `address`; `start` starts the peer against the port of the proxy.
///
/// # Errors
/// If the peer fails.
pub(super) fn run(address: String, start: impl FnOnce(u16) -> Outcome<Peer>) -> Outcome {
    let mut peer = start(delay::start(address, ONE_WAY)?)?;
    let pipelined = peer.pipeline(STATEMENTS)?;
    let trip = (2 * ONE_WAY).as_nanos() as f64;
    let mut table = Table::new(&["statements on PostgreSQL", "shortest", "round trips", "bound", "verdict"]);
    let rows = [("1, prepared", pipelined.one), ("10, new to the connection", pipelined.fresh), ("10, prepared", pipelined.prepared)];
    for (name, nanoseconds) in rows {
        let trips = nanoseconds / trip;
        let verdict = if trips <= MOST + WORK { "met" } else { "missed" };
        table.row(vec![name.into(), table::time(nanoseconds), format!("{trips:.2}"), format!("{MOST:.0} + {WORK}"), verdict.into()]);
    }
    shell::heading(&format!("bench: independent statements sent together, the server {} ms away", ONE_WAY.as_millis()));
    table.print();
    Ok(())
}
