//! A `main` that cannot be started.
#[aludel::main(app)]
fn main(arguments: Vec<String>) {
    let _ = arguments;
}
