//! By which texts a bound value would be known in a line. A short one stands in many a line by chance and is passed over.

use aludel_sql::{Value, uuid_text};

/// Shorter texts are passed over.
const SHORTEST: usize = 8;
/// Shorter numbers are: a line has sizes, times and ports.
const SHORTEST_NUMBER: usize = 10;
/// So much of a long text is looked for, from its beginning.
pub(super) const LONGEST: usize = 32;

/// Calls `take` with each text of a value.
pub(super) fn texts(value: &Value<'_>, take: &mut dyn FnMut(&[u8])) {
    let mut number = |text: String| {
        if text.len() >= SHORTEST_NUMBER {
            take(text.as_bytes());
        }
    };
    match value {
        Value::Null | Value::Bool(_) | Value::Duration(_) => {}
        Value::Int(int) => number(int.to_string()),
        Value::Float(float) => number(float.to_string()),
        Value::Decimal(digits) => number(digits.to_string()),
        Value::Date(date) => number(date.to_string()),
        Value::Time(time) => number(time.to_string()),
        Value::DateTime(moment) => number(moment.to_string()),
        Value::Timestamp(moment) => number(moment.to_string()),
        Value::Uuid(bytes) => take(uuid_text(bytes).as_bytes()),
        Value::Text(text) | Value::Json(text) => long_enough(text.as_bytes(), take),
        Value::Bytes(bytes) => of_bytes(bytes, take),
        Value::Array(values) => values.iter().for_each(|value| texts(value, take)),
        _ => {}
    }
}

/// As they are, in hexadecimal digits, and as a list of numbers.
fn of_bytes(bytes: &[u8], take: &mut dyn FnMut(&[u8])) {
    let start = &bytes[..bytes.len().min(LONGEST)];
    long_enough(start, take);
    if start.len() >= SHORTEST {
        take(start.iter().map(|byte| format!("{byte:02x}")).collect::<String>().as_bytes());
        take(start.iter().map(|byte| format!("{byte}, ")).collect::<String>().as_bytes());
    }
}

fn long_enough(text: &[u8], take: &mut dyn FnMut(&[u8])) {
    // A row of one letter is no value that anybody would know again, unless it is long.
    let says_little = text.len() < LONGEST && text.windows(2).all(|pair| pair[0] == pair[1]);
    if text.len() >= SHORTEST && !says_little {
        take(text);
    }
}
