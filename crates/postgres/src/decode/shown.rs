//! The types that have no value of ours, as the text that the server would write.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::cursor::{Cursor, Garbled};
use crate::kind::{Kind, Shown};

/// Reads a limit of a range as text.
type Limit = fn(&Kind, &[u8]) -> Result<String, Garbled>;

/// Reads a value as text; the limits of ranges are of any kind.
pub(super) fn shown(what: &Shown, mut cursor: Cursor<'_>, limit: Limit) -> Result<String, Garbled> {
    let text = match what {
        Shown::Money => money(cursor.i64()?),
        Shown::Inet => network(&mut cursor, false)?,
        Shown::Cidr => network(&mut cursor, true)?,
        Shown::MacAddr => {
            let bytes = cursor.take(cursor.0.len())?;
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
        }
        Shown::Bits => bits(&mut cursor)?,
        Shown::Lsn => {
            let lsn = cursor.u64()?;
            format!("{:X}/{:X}", lsn >> 32, lsn & 0xffff_ffff)
        }
        Shown::Xid8 => cursor.u64()?.to_string(),
        Shown::Tid => {
            let block = cursor.u32()?;
            format!("({block},{})", cursor.u16()?)
        }
        Shown::Point => point(&mut cursor)?,
        Shown::Lseg => format!("[{},{}]", point(&mut cursor)?, point(&mut cursor)?),
        Shown::Box => format!("{},{}", point(&mut cursor)?, point(&mut cursor)?),
        Shown::Line => format!("{{{},{},{}}}", cursor.f64()?, cursor.f64()?, cursor.f64()?),
        Shown::Circle => format!("<{},{}>", point(&mut cursor)?, cursor.f64()?),
        Shown::Path => match cursor.u8()? {
            0 => format!("[{}]", points(&mut cursor)?),
            _ => format!("({})", points(&mut cursor)?),
        },
        Shown::Polygon => format!("({})", points(&mut cursor)?),
        Shown::Vector => vector(&mut cursor)?,
        Shown::Range(bound) => range((bound, limit), &mut cursor)?,
        Shown::Multirange(bound) => {
            let mut ranges = Vec::new();
            for _nth in 0..cursor.u32()? {
                let bytes = cursor.sized()?.ok_or(Garbled)?;
                ranges.push(range((bound, limit), &mut Cursor(bytes))?);
            }
            format!("{{{}}}", ranges.join(","))
        }
    };
    cursor.end(text)
}

/// In hundredths, without the sign of a currency, which depends on the server.
fn money(hundredths: i64) -> String {
    let (sign, amount) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    format!("{sign}{}.{:02}", amount / 100, amount % 100)
}

/// Family, bits, whether it is a network, and the address behind its length.
fn network(cursor: &mut Cursor<'_>, always: bool) -> Result<String, Garbled> {
    let (_family, bits, _is_cidr, length) = (cursor.u8()?, cursor.u8()?, cursor.u8()?, cursor.u8()?);
    let bytes = cursor.take(usize::from(length))?;
    let address = match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).map(|bytes| Ipv4Addr::from(bytes).to_string()),
        _ => <[u8; 16]>::try_from(bytes).map(|bytes| Ipv6Addr::from(bytes).to_string()),
    };
    let address = address.map_err(|_| Garbled)?;
    let is_whole = usize::from(bits) == bytes.len() * 8 && !always;
    Ok(if is_whole { address } else { format!("{address}/{bits}") })
}

fn bits(cursor: &mut Cursor<'_>) -> Result<String, Garbled> {
    let count = cursor.count()?;
    let bytes = cursor.take(count.div_ceil(8))?;
    Ok((0..count).map(|at| if bytes[at / 8] >> (7 - at % 8) & 1 == 1 { '1' } else { '0' }).collect())
}

fn point(cursor: &mut Cursor<'_>) -> Result<String, Garbled> {
    let x = cursor.f64()?;
    Ok(format!("({x},{})", cursor.f64()?))
}

fn points(cursor: &mut Cursor<'_>) -> Result<String, Garbled> {
    let count = cursor.count()?;
    // A point has sixteen bytes: a count that lies takes no time.
    let points = (0..count.min(cursor.0.len() / 16 + 1)).map(|_nth| point(cursor)).collect::<Result<Vec<_>, _>>()?;
    Ok(points.join(","))
}

/// `'word':1A,2 'other'`
fn vector(cursor: &mut Cursor<'_>) -> Result<String, Garbled> {
    let mut text = String::new();
    for nth in 0..cursor.u32()? {
        let word = cursor.until_nul()?.replace('\\', "\\\\").replace('\'', "''");
        _ = write!(text, "{}'{word}'", if nth > 0 { " " } else { "" });
        for nth in 0..cursor.u16()? {
            let position = cursor.u16()?;
            let weight = ["", "C", "B", "A"][usize::from(position >> 14)];
            _ = write!(text, "{}{}{weight}", if nth > 0 { ',' } else { ':' }, position & 0x3fff);
        }
    }
    Ok(text)
}

const EMPTY: u8 = 1;
const INCLUDES_LOWER: u8 = 2;
const INCLUDES_UPPER: u8 = 4;
const NO_LOWER: u8 = 8;
const NO_UPPER: u8 = 16;

fn range((bound, read): (&Kind, Limit), cursor: &mut Cursor<'_>) -> Result<String, Garbled> {
    let flags = cursor.u8()?;
    if flags & EMPTY != 0 {
        return Ok("empty".to_owned());
    }
    let mut limit = |absent: u8| match flags & absent {
        0 => cursor.sized()?.ok_or(Garbled).and_then(|bytes| read(bound, bytes)),
        _ => Ok(String::new()),
    };
    let (lower, upper) = (limit(NO_LOWER)?, limit(NO_UPPER)?);
    let (open, close) = (if flags & INCLUDES_LOWER != 0 { '[' } else { '(' }, if flags & INCLUDES_UPPER != 0 { ']' } else { ')' });
    Ok(format!("{open}{lower},{upper}{close}"))
}
