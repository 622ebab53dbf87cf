//! What a tap hears, however the stream is sliced.

use std::sync::atomic::Ordering;

use super::{Heard, Place, Tap, check};

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend(u32::try_from(body.len() + 4).expect("a length").to_be_bytes());
    bytes.extend(body);
    bytes
}

/// Lets a tap hear the bytes in slices of each length, and returns what the last one heard; none where it refused them.
#[track_caller]
fn hear(bytes: &[u8]) -> Option<(u8, u64, bool)> {
    let mut heard = Vec::new();
    for size in (1..=9).chain([bytes.len().max(1)]) {
        let mut tap = Tap::new(());
        let fine = bytes.chunks(size).try_for_each(|chunk| tap.hear(chunk));
        let said: &Heard = &tap.heard;
        let (status, answered) = (said.status.load(Ordering::Acquire), said.answered.load(Ordering::Acquire));
        heard.push(fine.ok().map(|()| (status, answered, said.tag_is("ROLLBACK"))));
    }
    assert!(heard.iter().all(|one| *one == heard[0]), "slices differ: {heard:?}");
    heard.pop().flatten()
}

#[test]
fn the_byte_and_the_count() {
    let mut bytes = message(b'D', &[0; 300]);
    bytes.extend(message(b'C', b"INSERT 0 1\0"));
    bytes.extend(message(b'Z', b"T"));
    assert_eq!(hear(&bytes), Some((b'T', 1, false)));
    bytes.extend(message(b'C', b"ROLLBACK\0"));
    bytes.extend(message(b'Z', b"I"));
    assert_eq!(hear(&bytes), Some((b'I', 2, true)));
    // A row whose body looks like a message.
    bytes.extend(message(b'D', &message(b'Z', b"E")));
    assert_eq!(hear(&bytes), Some((b'I', 2, true)));
    // A message that has not ended says nothing.
    bytes.extend(&message(b'Z', b"E")[..5]);
    assert_eq!(hear(&bytes), Some((b'I', 2, true)));
}

#[test]
fn lies_are_refused() {
    for bytes in [
        &b"Z\0\0\0\x06II"[..],
        b"Z\0\0\0\x04",
        b"Z\0\0\0\x05X",
        b"D\0\0\0\x03",
        b"D\xff\xff\xff\xff",
        b"D\x80\0\0\0",
        b"R\x00\x01\x00\x01",
        b"E\x00\x10\x00\x01",
        b"T\x01\x00\x00\x01",
        b"G\0\0\0\x07\0\0\0",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\0\0\0\0\0",
    ] {
        assert_eq!(hear(bytes), None, "{}", bytes.escape_ascii());
    }
    assert!(check(b'D', 1 << 30).is_ok());
}

#[test]
fn what_was_asked() {
    let (startup, query) = (b"\0\0\0\x08\0\x03\0\0", message(b'Q', b"BEGIN\0"));
    for size in 1..=query.len() {
        let mut tap = Tap::new(());
        startup.chunks(size).for_each(|chunk| tap.tell(chunk));
        assert!(!tap.heard.is_quiet(), "the startup is not answered");
        tap.hear(&message(b'Z', b"I")).expect("no lie");
        assert!(tap.heard.is_quiet());
        query.chunks(size).for_each(|chunk| tap.tell(chunk));
        assert!(!tap.heard.is_quiet());
        tap.hear(&message(b'Z', b"T")).expect("no lie");
        assert!(tap.heard.is_quiet());
        // A Parse has no answer of its own; the Sync behind it has.
        tap.tell(&message(b'P', b"\0\0\0\0"));
        assert!(!tap.heard.is_quiet());
    }
    assert_eq!(Place::default().have, 0);
}

/// Settings are kept by the driver, and remarks until the connection is open: a server may say so much of them, and no more.
#[test]
fn floods_are_refused() {
    let setting = |nth: u32| message(b'S', format!("setting{nth}\0on\0").as_bytes());
    let many: Vec<u8> = (0..20_000).flat_map(setting).collect();
    assert_eq!(hear(&many), None, "different settings without an answer between them");
    let answered: Vec<u8> = (0..20_000).flat_map(|nth| [setting(nth), message(b'Z', b"I")].concat()).collect();
    assert_eq!(hear(&answered), Some((b'I', 20_000, false)), "each with an answer of its own");
    let remarks: Vec<u8> = (0..10_000).flat_map(|_| message(b'N', &[b'a'; 60])).collect();
    assert_eq!(hear(&remarks), None, "before the connection is open");
    let later = [message(b'Z', b"I"), remarks].concat();
    assert_eq!(hear(&later), Some((b'I', 1, false)), "as many as a statement likes");
}
