//! The cases that every driver passes, on a file of their own each.

use aludel_driver_suite::{Capability, Fixture, Lease};
use aludel_sql::BoxFuture;

use crate::world::World;

struct File;

impl Fixture for File {
    const CANNOT: &'static [Capability] = &[Capability::SpecialFloats];

    fn lease() -> BoxFuture<'static, Lease> {
        Box::pin(async {
            let world = World::new();
            Lease { engine: world.engine(), keeper: Box::new(world) }
        })
    }
}

aludel_driver_suite::suite!(File);
