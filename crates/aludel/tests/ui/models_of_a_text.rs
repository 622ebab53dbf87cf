//! A list of models names types.
use aludel::prelude::*;

fn main() {
    let _models = models!["Author"];
    let _tables = tables!["authors"];
}
