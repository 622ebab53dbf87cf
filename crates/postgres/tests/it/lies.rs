//! What a hostile server may say in the place of a message: lengths, counts and texts that lie, messages that nobody asked for, floods.

use aludel_driver_suite::Dice;
use aludel_driver_suite::proxy::Fault;

/// Lengths that a message may announce of itself.
const LENGTHS: [u32; 14] = [0, 1, 3, 4, 5, 8, 12, 1 << 16, 1 << 24, 1 << 30, (1 << 30) + 17, i32::MAX as u32, 1 << 31, u32::MAX];

/// All types of messages that there are, and some that are none.
const KINDS: &[u8] = b"123cIKnsZRSCENDdVAHTtGWv\0x";

const COUNTS: [u16; 5] = [0, 1, 2, 0x7fff, 0xffff];

/// Where the messages of a server begin.
pub(crate) fn boundaries(said: &[u8]) -> Vec<usize> {
    let (mut at, mut found) = (0, Vec::new());
    while let Some(length) = said.get(at + 1..at + 5) {
        found.push(at);
        at += 1 + u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
    }
    found
}

/// One of the places, and something hostile to be said there.
pub(crate) fn lie(places: &[usize], dice: &mut Dice) -> Fault {
    let at = places[dice.below(places.len())];
    let once = |words: Vec<u8>| Fault::Say(at, words.leak(), 1);
    let many = |words: Vec<u8>, times| Fault::Say(at, words.leak(), times);
    match dice.below(12) {
        0..=2 => {
            let mut words = vec![KINDS[dice.below(KINDS.len())]];
            words.extend(LENGTHS[dice.below(LENGTHS.len())].to_be_bytes());
            words.extend(noise(dice));
            once(words)
        }
        3 => once(message(b'T', &counted(dice))),
        4 => once(message(b't', &counted(dice))),
        5 => once(row(dice)),
        6 => once(authentication(dice)),
        7 => once(message(b'E', &[b"SFATAL\0C57P01\0M", &*vec![b'a'; dice.below(60_000)]].concat())),
        8 => once(message(KINDS[dice.below(KINDS.len())], &noise(dice))),
        9 => many(message(b"NA"[dice.below(2)], &[&[0; 4][..], &[b'a'; 1000], b"\0\0"].concat()), 10_000),
        10 => many(message(b'S', &[b"name\0", &[b'a'; 1000][..], b"\0"].concat()), 10_000),
        _ => many(message(b"DdZ2"[dice.below(4)], &vec![0; 1 << dice.below(17)]), 200),
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("short");
    [&[kind], &length.to_be_bytes()[..], body].concat()
}

fn noise(dice: &mut Dice) -> Vec<u8> {
    (0..dice.below(64)).map(|_| dice.byte()).collect()
}

/// A count, and something else than so many things.
fn counted(dice: &mut Dice) -> Vec<u8> {
    let mut body = COUNTS[dice.below(COUNTS.len())].to_be_bytes().to_vec();
    body.extend(noise(dice));
    body
}

/// Fields that are longer than the row, or shorter than nothing.
fn row(dice: &mut Dice) -> Vec<u8> {
    let mut body = COUNTS[dice.below(COUNTS.len())].to_be_bytes().to_vec();
    for _ in 0..dice.below(4) {
        body.extend(LENGTHS[dice.below(LENGTHS.len())].to_be_bytes());
        body.extend(noise(dice));
    }
    message(b'D', &body)
}

/// What nobody knows, and what nobody here may answer: a password in clear, say.
fn authentication(dice: &mut Dice) -> Vec<u8> {
    let code = u32::try_from(dice.below(16)).unwrap_or(0);
    let rest: &[&[u8]] = &[b"", b"SCRAM-SHA-256\0\0", b"NOTHING\0\0", b"r=a,s=b,i=4294967295", b"v=", &[0xff; 40]];
    message(b'R', &[&code.to_be_bytes()[..], rest[dice.below(rest.len())]].concat())
}
