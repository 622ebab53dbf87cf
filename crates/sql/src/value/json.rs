//! Arrays out of JSON, where a database keeps them so: numbers, texts, truth values and nulls, side by side.

use super::value::Value;

/// Reads a JSON array whose elements are no arrays and no objects; none for anything else.
///
/// Source: RFC 8259.
pub(crate) fn parse_array(json: &str) -> Option<Vec<Value<'static>>> {
    let mut rest = json.trim().strip_prefix('[')?.strip_suffix(']')?.trim_start();
    let mut values = Vec::new();
    while !rest.is_empty() {
        let (value, behind) = element(rest)?;
        values.push(value);
        let behind = behind.trim_start();
        rest = match behind.strip_prefix(',') {
            Some(next) if !next.trim_start().is_empty() => next.trim_start(),
            None if behind.is_empty() => "",
            _ => return None,
        };
    }
    Some(values)
}

/// The first element, and what is behind it.
fn element(json: &str) -> Option<(Value<'static>, &str)> {
    if let Some(text) = json.strip_prefix('"') {
        let (text, behind) = string(text)?;
        return Some((Value::Text(text.into()), behind));
    }
    let (word, behind) = json.split_at(json.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(json.len()));
    let value = match word {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        number if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => Value::Int(number.parse().ok()?),
        number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Value::Float(number.parse().ok()?),
        _ => return None,
    };
    Some((value, behind))
}

/// A string behind its opening quote, and what is behind its closing one.
fn string(json: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = json;
    loop {
        let at = rest.find(['"', '\\'])?;
        text.push_str(&rest[..at]);
        if rest[at..].starts_with('"') {
            return Some((text, &rest[at + 1..]));
        }
        let (character, behind) = escape(&rest[at + 1..])?;
        text.push(character);
        rest = behind;
    }
}

/// What an escape stands for, behind its backslash.
fn escape(json: &str) -> Option<(char, &str)> {
    let first = json.chars().next()?;
    let behind = &json[first.len_utf8()..];
    let character = match first {
        '"' | '\\' | '/' => first,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(behind),
        _ => return None,
    };
    Some((character, behind))
}

/// Four hexadecimal digits; of a character beyond the first 65,536 two times, as a surrogate pair.
fn unicode(json: &str) -> Option<(char, &str)> {
    let unit = |json: &str| u16::from_str_radix(json.get(..4)?, 16).ok();
    let first = unit(json)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, &json[4..]));
    }
    let second = unit(json[4..].strip_prefix("\\u")?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, &json[10..]))
}

#[cfg(test)]
mod tests {
    use super::{Value, parse_array};

    #[track_caller]
    fn check(json: &str, expected: Option<&[Value<'_>]>) {
        assert_eq!(parse_array(json).as_deref(), expected);
    }

    #[test]
    fn arrays() {
        check("[]", Some(&[]));
        check(" [ 1 , -2,3.5,1e3 ] ", Some(&[Value::Int(1), Value::Int(-2), Value::Float(3.5), Value::Float(1000.0)]));
        check(
            r#"["a, \"b\" \n \u00e9 \ud83d\ude00", null, true]"#,
            Some(&[Value::Text("a, \"b\" \n é 😀".into()), Value::Null, Value::Bool(true)]),
        );
    }

    #[test]
    fn what_is_no_array_of_values() {
        for json in [
            "",
            "[",
            "]",
            "{}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[[1]]",
            "[{}]",
            r#"["a]"#,
            r#"["\ud800"]"#,
            r#"["\u12"]"#,
            "[x]",
            "[99999999999999999999]",
        ] {
            check(json, None);
        }
    }
}
