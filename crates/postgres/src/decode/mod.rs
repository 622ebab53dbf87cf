//! Values on their way from the server, out of its binary formats. Whatever the bytes are, nothing here panics: what is too short or
//! makes no sense is `Garbled`.

mod value;
mod shown;
mod calendar;
mod cursor;

pub(crate) use cursor::{Cursor, Garbled};
pub(crate) use value::value;

#[cfg(test)]
mod tests;
