//! The mistakes in one call of a macro: collected, so that the compiler shows all of them at once.
//! Serves every macro; knows none.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Error, Result};

/// The mistakes that were found so far.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Option<Error>);

impl Mistakes {
    /// Reports a mistake in this piece of the source.
    pub(crate) fn in_tokens(&mut self, place: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(place, message));
    }

    /// Reports a mistake at this place of the source.
    pub(crate) fn at(&mut self, place: Span, message: impl Display) {
        self.add(Error::new(place, message));
    }

    /// Returns what was parsed; an error is a mistake like the others.
    pub(crate) fn take<T>(&mut self, parsed: Result<T>) -> Option<T> {
        parsed.map_err(|error| self.add(error)).ok()
    }

    /// Returns `code` together with the errors.
    ///
    /// The code is wanted in spite of mistakes: without it, each of its uses would be an error of its own.
    pub(crate) fn beside(self, mut code: TokenStream) -> TokenStream {
        code.extend(self.0.map(Error::into_compile_error));
        code
    }

    /// Returns the code, or the errors and beside them what shall stand in the code's place.
    pub(crate) fn instead_of(self, code: TokenStream, stand_in: TokenStream) -> TokenStream {
        match self.0 {
            Some(_) => self.beside(stand_in),
            None => code,
        }
    }

    fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }
}
