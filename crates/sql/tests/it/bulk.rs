//! Rows of values for a table: what is refused before one is taken.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use aludel_sql::{BatchSize, Batches, BulkInsert, Entity, ErrorKind, Sqlite, TableRef, Value};

use crate::people::People;

#[test]
fn columns_that_are_not_there() {
    let is_asked = AtomicBool::new(false);
    let rows = std::iter::from_fn(|| -> Option<Vec<Value<'static>>> {
        is_asked.store(true, Ordering::Release);
        None
    });
    let mut bulk = BulkInsert::of_values(TableRef::Static(People::table()), vec![1, 4], rows);
    let size = BatchSize::of(&Sqlite, bulk.width());
    let told = match bulk.poll_next(&mut Context::from_waker(Waker::noop()), size) {
        Poll::Ready(told) => told.err(),
        Poll::Pending => None,
    };
    let error = told.expect("there is no column 4");
    assert_eq!(*error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("`people` has no column at position 4"), "{error}");
    assert!(!is_asked.load(Ordering::Acquire), "no row is taken");
}
