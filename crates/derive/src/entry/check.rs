//! The mistakes in a function that is to be started.

use syn::{FnArg, Signature};

use crate::mistakes::Mistakes;

/// Checks the entry point of a program.
pub(super) fn main(signature: &Signature, mistakes: &mut Mistakes) {
    shared(signature, mistakes);
    if !signature.inputs.is_empty() {
        mistakes.in_tokens(&signature.inputs, "nobody passes arguments to `main`: read `std::env::args()`");
    }
}

/// Checks a test.
pub(super) fn test(signature: &Signature, mistakes: &mut Mistakes) {
    shared(signature, mistakes);
    for argument in &signature.inputs {
        if let FnArg::Receiver(_) = argument {
            mistakes.in_tokens(argument, "a test has no `self`");
        }
    }
}

fn shared(signature: &Signature, mistakes: &mut Mistakes) {
    let ident = &signature.ident;
    if signature.asyncness.is_none() {
        mistakes.in_tokens(signature.fn_token, format!("`{ident}` is not async: write `async fn {ident}`"));
    }
    if !signature.generics.params.is_empty() {
        mistakes.in_tokens(&signature.generics, format!("`{ident}` cannot be generic: nobody could choose the types"));
    }
}
