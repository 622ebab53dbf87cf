//! Tests that cannot be started.
use aludel::prelude::*;

#[aludel::test]
fn not_async() {}

#[aludel::test(5)]
async fn no_application<T>() {}

#[aludel::test]
const NO_FUNCTION: i64 = 5;

fn main() {}
