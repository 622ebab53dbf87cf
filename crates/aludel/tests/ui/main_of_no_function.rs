//! An attribute that does not stand over a function.
#[aludel::main]
struct Main;
