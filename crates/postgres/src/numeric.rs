//! Decimal numbers: from their digits to four of them at a time, as the wire has them, and back; exactly, whatever their size.
//!
//! Source: PostgreSQL's `src/backend/utils/adt/numeric.c`, `numeric_recv` and `numeric_send`.

use std::fmt::Write;

use bytes::{BufMut, BytesMut};

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;
/// More digits behind the point, the server does not keep.
const MOST_SCALE: usize = 16_383;

/// Writes a number from its digits; none if it is not written in digits, or in more than the server takes.
pub(crate) fn encode(text: &str, out: &mut BytesMut) -> Option<()> {
    let special = match text {
        "NaN" => Some(NAN),
        "Infinity" => Some(INFINITY),
        "-Infinity" => Some(NEGATIVE_INFINITY),
        _ => None,
    };
    if let Some(sign) = special {
        head(out, (0, 0), (sign, 0));
        return Some(());
    }
    let (sign, digits) = text.strip_prefix('-').map_or((0, text), |digits| (NEGATIVE, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) || fraction.len() > MOST_SCALE {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let padding = (4 - whole.len() % 4) % 4;
    let digit = |at: usize| {
        let all = at.checked_sub(padding);
        let byte = all.and_then(|at| whole.as_bytes().get(at).or_else(|| fraction.as_bytes().get(at - whole.len())));
        byte.map_or(0, |byte| u16::from(byte - b'0'))
    };
    let groups = (padding + whole.len() + fraction.len()).div_ceil(4);
    let group = |nth: usize| (0..4).fold(0, |group, place| group * 10 + digit(nth * 4 + place));
    let first = (0..groups).find(|nth| group(*nth) != 0).unwrap_or(groups);
    let last = (first..groups).rev().find(|nth| group(*nth) != 0).map_or(first, |nth| nth + 1);
    let weight = i16::try_from(((padding + whole.len()) / 4) as i64 - 1 - first as i64).ok()?;
    let (count, weight) = if first == last { (0, 0) } else { (u16::try_from(last - first).ok()?, weight) };
    head(out, (count, weight), (if count == 0 { 0 } else { sign }, u16::try_from(fraction.len()).ok()?));
    (first..last).for_each(|nth| out.put_u16(group(nth)));
    Some(())
}

fn head(out: &mut BytesMut, (count, weight): (u16, i16), (sign, scale): (u16, u16)) {
    out.put_u16(count);
    out.put_i16(weight);
    out.put_u16(sign);
    out.put_u16(scale);
}

/// Reads a number as its digits; none if the bytes are none.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    let (head, groups) = bytes.split_first_chunk::<8>()?;
    let [count, weight, sign, scale] = [0, 2, 4, 6].map(|at| u16::from_be_bytes([head[at], head[at + 1]]));
    match sign {
        0 | NEGATIVE => {}
        NAN => return Some("NaN".to_owned()),
        INFINITY => return Some("Infinity".to_owned()),
        NEGATIVE_INFINITY => return Some("-Infinity".to_owned()),
        _ => return None,
    }
    let (groups, rest) = groups.as_chunks::<2>();
    let scale = usize::from(scale);
    if groups.len() != usize::from(count) || !rest.is_empty() || scale > MOST_SCALE {
        return None;
    }
    let weight = i32::from(weight as i16);
    // Before the first group and behind the last one there are zeros.
    let group =
        |place: i32| usize::try_from(weight - place).ok().and_then(|nth| groups.get(nth)).map_or(0, |group| u16::from_be_bytes(*group));
    if groups.iter().any(|group| u16::from_be_bytes(*group) > 9999) {
        return None;
    }
    let mut text = String::with_capacity(8 + groups.len() * 4);
    if sign == NEGATIVE {
        text.push('-');
    }
    let start = text.len();
    for place in (0..=weight.max(0)).rev() {
        _ = write!(text, "{:04}", group(place));
    }
    let zeros = text[start..].bytes().take_while(|byte| *byte == b'0').count().min(text.len() - start - 1);
    text.replace_range(start..start + zeros, "");
    if scale > 0 {
        text.push('.');
        let end = text.len() + scale;
        for place in 1..=scale.div_ceil(4) as i32 {
            _ = write!(text, "{:04}", group(-place));
        }
        text.truncate(end);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use proptest::prelude::*;

    use super::{decode, encode};

    fn there_and_back(text: &str) -> Option<String> {
        let mut out = BytesMut::new();
        encode(text, &mut out)?;
        decode(&out)
    }

    #[test]
    fn edges() {
        for text in [
            "0",
            "0.00",
            "1",
            "-1",
            "10000",
            "9999",
            "100000000",
            "0.0001",
            "0.00001",
            "12345678.12345678",
            "-0.5",
            "NaN",
            "Infinity",
            "-Infinity",
            "99999999999999999999999999999999999999",
            "1000000000000.000000000000",
            "0.10",
            "120.0",
        ] {
            assert_eq!(there_and_back(text).as_deref(), Some(text));
        }
        assert_eq!(there_and_back("-0.00").as_deref(), Some("0.00"));
        assert_eq!(there_and_back("0012").as_deref(), Some("12"));
        for text in ["", "-", ".5", "1e5", "a", "1.2.3", "--1", "+1", "١"] {
            assert_eq!(there_and_back(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn digits_stay(text in "-?(0|[1-9][0-9]{0,60})(\\.[0-9]{1,60})?") {
            let is_zero = text.bytes().all(|byte| !(b'1'..=b'9').contains(&byte));
            let expected = if is_zero { text.trim_start_matches('-') } else { &text };
            prop_assert_eq!(there_and_back(&text), Some(expected.to_owned()));
        }

        #[test]
        fn garbled_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            _ = decode(&bytes);
        }
    }
}
