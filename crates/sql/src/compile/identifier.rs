//! Identifiers: validated, and quoted where they need it.

use super::Dialect;
use crate::error::{Error, Result};

/// Writes an identifier.
///
/// # Errors
/// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for an empty name and for one with a control character, which no database takes.
pub(super) fn write(out: &mut String, name: &str, dialect: &dyn Dialect) -> Result {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::usage(format!("{name:?} is not a name that a table or column can have")));
    }
    if is_plain(name) && !dialect.is_reserved(name) {
        out.push_str(name);
        return Ok(());
    }
    let quote = dialect.quote();
    out.push(quote);
    for character in name.chars() {
        if character == quote {
            out.push(quote);
        }
        out.push(character);
    }
    out.push(quote);
    Ok(())
}

/// Lower case only: other letters would be folded by one database and kept by another.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    name.bytes().enumerate().all(|(at, byte)| plain(byte) || (at > 0 && byte.is_ascii_digit()))
}
