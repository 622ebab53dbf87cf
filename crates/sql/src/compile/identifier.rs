//! Identifiers: validated, and quoted where they need it.

use super::dialect::{Dialect, Length};
use crate::error::{Error, Result};

/// Writes an identifier.
///
/// # Errors
/// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for an empty name and for one with a control character, which no database takes.
pub(super) fn write(out: &mut String, name: &str, dialect: &dyn Dialect) -> Result {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::usage(format!("{name:?} is not a name that a table or column can have")));
    }
    check_length(name, dialect)?;
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

fn check_length(name: &str, dialect: &dyn Dialect) -> Result {
    let (most, unit, is_longer) = match dialect.longest_name() {
        None => return Ok(()),
        Some(Length::Bytes(most)) => (most, "bytes", name.len() > most),
        Some(Length::Characters(most)) => (most, "characters", name.chars().count() > most),
    };
    match is_longer {
        true => Err(Error::usage(format!("the name `{name}` is longer than the {most} {unit} that {} keeps", dialect.name()))
            .hint("give the table, the column or the constraint a shorter name")),
        false => Ok(()),
    }
}
