//! What only reads: without replicas too it is held to that; and replicas are refused, since a file has none.

use aludel_engine::Engine;
use aludel_sql::{ErrorKind, raw};

use crate::people::insert;
use crate::world::World;

#[tokio::test]
async fn what_only_reads_writes_nothing() {
    let (world, engine) = World::with_people().await;
    engine.execute(insert("bob")).await.expect("a row");
    let row = raw("SELECT COUNT(*) FROM people").one(engine.read_only()).await.expect("a count");
    assert_eq!(row.get::<i64>(0), 1);
    let error = insert("eve").execute(engine.read_only()).await.expect_err("it writes");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
    let error = raw("DELETE FROM people").execute(engine.read_only()).await.expect_err("it writes");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
    assert_eq!(world.count(), 1);
    engine.execute(insert("eve")).await.expect("nothing is left open");
}

#[tokio::test]
async fn a_file_has_no_replicas() {
    let world = World::new();
    let error = world.engine().with_replicas([Engine::on(world.driver())]).expect_err("a file is followed by none");
    assert_eq!(*error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("does not tell how far a replica has come"), "{error:?}");
}
