//! The cases that every driver passes, on a database of their own each.

use aludel_driver_suite::{Capability, Fixture, Lease};
use aludel_sql::BoxFuture;

use crate::world::World;

struct Server;

impl Fixture for Server {
    const CANNOT: &'static [Capability] = &[Capability::SpecialFloats, Capability::UpdateReturning, Capability::TransactionalDdl];

    fn lease() -> BoxFuture<'static, Lease> {
        Box::pin(async {
            let world = World::new().await;
            Lease { engine: world.engine(), keeper: Box::new(world) }
        })
    }
}

aludel_driver_suite::suite!(Server);
