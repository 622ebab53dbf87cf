//! What is no model cannot be listed as one.
use aludel::prelude::*;

struct X;

fn main() {
    let _ = models![X];
}
