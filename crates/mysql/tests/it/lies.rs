//! What a hostile server may say in the place of a packet: lengths, counts and texts that lie, packets that nobody asked for, floods.

use aludel_driver_suite::Dice;
use aludel_driver_suite::proxy::Fault;

/// Lengths that a packet may announce of itself.
const LENGTHS: [u32; 9] = [0, 1, 2, 9, 0xff, 0xffff, 0x10000, 0xff_fffe, 0xff_ffff];

/// Counts of columns. None of eight bytes is among them, nor in any other packet that could be taken for one: `mysql_async` takes
/// memory for as many as are announced, and a process that does not get it ends. TODO(#3): bound them before they reach it.
const COLUMNS: [&[u8]; 7] = [&[1], &[250], &[0xfc, 0xff, 0xff], &[0xfd, 0xff, 0xff, 0x0f], &[0xfd, 0xff, 0xff, 0xff], &[0xfc], &[0xff]];

/// Ways to log in that are not there, or not to be gone.
const PLUGINS: [&str; 5] = ["mysql_clear_password", "mysql_old_password", "sha256_password", "nothing", "client_ed25519"];

/// Where the packets of a server begin, and their numbers.
pub(crate) fn boundaries(said: &[u8]) -> Vec<(usize, u8)> {
    let (mut at, mut found) = (0, Vec::new());
    while let Some(header) = said.get(at..at + 4) {
        found.push((at, header[3]));
        at += 4 + (usize::from(header[0]) | usize::from(header[1]) << 8 | usize::from(header[2]) << 16);
    }
    found
}

/// One of the places, and something hostile to be said there.
pub(crate) fn lie(places: &[(usize, u8)], dice: &mut Dice) -> Fault {
    let (at, number) = places[dice.below(places.len())];
    let number = if dice.below(8) == 0 { number.wrapping_add(1) } else { number };
    let once = |body: &[u8]| Fault::Say(at, packet(number, body).leak(), 1);
    match dice.below(14) {
        0 | 1 => {
            let length = LENGTHS[dice.below(LENGTHS.len())];
            let header = [length.to_le_bytes()[..3].to_vec(), vec![number]].concat();
            Fault::Say(at, [header, noise(dice)].concat().leak(), 1)
        }
        2 | 3 => once(&[COLUMNS[dice.below(COLUMNS.len())], &*noise(dice)].concat()),
        4 => once(&[&[0, 0xfe], &[0xff; 8][..], &noise(dice)].concat()),
        5 => once(&[&[0xff], &*noise(dice)].concat()),
        6 => once(&[&[0xff, 0x15, 0x04, b'#'], &*vec![b'a'; dice.below(60_000)]].concat()),
        7 => once(&[0xfe, 0, 0, 2, 0][..1 + 4 * dice.below(2)]),
        8 => once(b"\xfb/etc/hostname"),
        // Within the handshake.
        9 => {
            let (at, number) = places[dice.below(2)];
            let body = [&[0xfe], PLUGINS[dice.below(PLUGINS.len())].as_bytes(), &[0], &*noise(dice)].concat();
            Fault::Say(at, packet(number, &body).leak(), 1)
        }
        10 => once(&[&[1], &*noise(dice)].concat()),
        11 => once(&noise(dice)),
        // One packet without an end.
        12 => Fault::Say(at, [&[0xff, 0xff, 0xff, number][..], &[0; 1 << 16]].concat().leak(), 250),
        _ => {
            // A report of progress, which MariaDB sends as often as it likes; or anything else again and again.
            let bodies: [&[u8]; 3] = [b"\xff\xff\xff\x01\x01\x02\x10\x27\x00\x05stage", &[0; 7], &[0xfe, 0, 0, 2, 0]];
            Fault::Say(at, packet(number, bodies[dice.below(3)]).leak(), 20_000)
        }
    }
}

fn packet(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("short").to_le_bytes();
    [&length[..3], &[number], body].concat()
}

/// Does not begin with 0xfe, as a count of eight bytes does.
fn noise(dice: &mut Dice) -> Vec<u8> {
    let mut noise: Vec<u8> = (0..dice.below(64)).map(|_| dice.byte()).collect();
    if let Some(first @ 0xfe) = noise.first_mut() {
        *first = 0xff;
    }
    noise
}
