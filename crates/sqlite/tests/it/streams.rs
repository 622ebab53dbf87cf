//! Rows as they come, in bounded memory.

use aludel_driver_suite::streams::a_slow_taker_needs_no_memory;

use crate::world::World;

const ROWS: &str = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 40000) \
                    SELECT n, hex(zeroblob(10000)) FROM numbers";

#[tokio::test]
async fn a_slow_taker() {
    let world = World::new();
    a_slow_taker_needs_no_memory(&world.engine(), ROWS).await;
}
