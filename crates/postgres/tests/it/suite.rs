//! The cases that every driver passes, in a schema of their own each.

use aludel_driver_suite::{Capability, Fixture, Lease};
use aludel_sql::BoxFuture;

use crate::world::World;

struct Schema;

impl Fixture for Schema {
    const CANNOT: &'static [Capability] = &[];

    fn lease() -> BoxFuture<'static, Lease> {
        Box::pin(async {
            let world = World::new().await;
            Lease { engine: world.engine(), keeper: Box::new(world) }
        })
    }
}

aludel_driver_suite::suite!(Schema);
