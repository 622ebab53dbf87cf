//! Percent-encoding of paths, segment by segment. A `/` that was encoded stays inside its segment.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All that may not stand in a segment: everything but what RFC 3986 calls `pchar`.
const NOT_PCHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// What a query's name or value may not contain unencoded.
const NOT_QUERY: &AsciiSet = &NOT_PCHAR.add(b'&').add(b'=').add(b'+').add(b';');

/// Decodes `%xx`; none if the bytes are no UTF-8. A `%` without two digits stands for itself.
pub(super) fn decode(raw: &str) -> Option<Cow<'_, str>> {
    if raw.contains('%') { percent_decode_str(raw).decode_utf8().ok() } else { Some(Cow::Borrowed(raw)) }
}

/// Appends `text` so that it is one segment.
pub(super) fn push_segment(url: &mut String, text: &str) {
    url.extend(utf8_percent_encode(text, NOT_PCHAR));
}

/// Appends `text` so that its slashes part segments. A slash at its beginning is encoded: `//` there would make the
/// rest of the address a host.
pub(super) fn push_segments(url: &mut String, text: &str) {
    let inner = text.trim_start_matches('/');
    for _ in inner.len()..text.len() {
        url.push_str("%2F");
    }
    for (index, segment) in inner.split('/').enumerate() {
        if index > 0 {
            url.push('/');
        }
        push_segment(url, segment);
    }
}

/// Appends `name=value` as a query's next pair.
pub(super) fn push_query(url: &mut String, (name, value): (&str, &str)) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.extend(utf8_percent_encode(name, NOT_QUERY));
    url.push('=');
    url.extend(utf8_percent_encode(value, NOT_QUERY));
}

/// Writes a path as it came once more, every segment encoded exactly once.
pub(super) fn normal(path: &str) -> String {
    let mut normal = String::with_capacity(path.len() + 1);
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            normal.push('/');
        }
        match decode(segment) {
            Some(text) => push_segment(&mut normal, &text),
            None => normal.push_str(segment),
        }
    }
    normal
}

/// Makes one slash of several.
pub(super) fn merge_slashes(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !merged.ends_with('/') {
            merged.push(c);
        }
    }
    merged
}
