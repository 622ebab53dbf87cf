//! UUIDs as text.

/// A UUID as text, in lower case with its four hyphens.
///
/// Source: RFC 9562, section 4.
pub fn uuid_text(bytes: &[u8; 16]) -> String {
    let number = format!("{:032x}", u128::from_be_bytes(*bytes));
    [&number[..8], &number[8..12], &number[12..16], &number[16..20], &number[20..]].join("-")
}
