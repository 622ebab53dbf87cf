//! The first exchange of PostgreSQL's protocol: just enough of it to tell whether a server lets us in without a password.
//! Reads and makes bytes; opens no socket.
//! Source: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

use std::io::{self, Read};

use super::kind::Answer;

/// Protocol 3.0.
const PROTOCOL: i32 = 196_608;
/// A message of this exchange is shorter; what announces more is no such server.
const LONGEST: usize = 1 << 16;
/// A server sends about fifteen before it is ready.
const MOST_MESSAGES: usize = 200;
/// `Terminate`: what a client says before it goes.
pub(super) const GOODBYE: &[u8] = b"X\0\0\0\x04";

/// Returns the message that begins a session.
pub(super) fn hello(user: &str, database: &str) -> Vec<u8> {
    let mut body = PROTOCOL.to_be_bytes().to_vec();
    for word in ["user", user, "database", database, ""] {
        body.extend(word.as_bytes());
        body.push(0);
    }
    let length = body.len() as u32 + 4;
    [&length.to_be_bytes(), body.as_slice()].concat()
}

/// Reads what a server says to [`hello`], until it is ready or refuses.
///
/// # Errors
/// If `stream` ends or fails before.
pub(super) fn answer(stream: &mut impl Read) -> io::Result<Answer> {
    let mut version = String::new();
    for _ in 0..MOST_MESSAGES {
        let Some((tag, body)) = message(stream)? else { break };
        match (tag, body.as_slice()) {
            (b'R', [0, 0, 0, 0]) | (b'K' | b'N', _) => {}
            (b'R', _) => return Ok(Answer::Unusable("it asks `postgres` for a password".into())),
            (b'E', fields) => return Ok(Answer::Unusable(format!("it says: {}", complaint(fields)))),
            (b'S', pair) => version = server_version(pair).unwrap_or(version),
            (b'Z', _) => return Ok(Answer::Usable(version)),
            _ => break,
        }
    }
    Ok(Answer::Unusable("it does not speak PostgreSQL's protocol".into()))
}

/// Reads a message; `None` if its length is none that could be.
fn message(stream: &mut impl Read) -> io::Result<Option<(u8, Vec<u8>)>> {
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let [tag, length @ ..] = head;
    let Some(length) = (u32::from_be_bytes(length) as usize).checked_sub(4).filter(|length| *length <= LONGEST) else {
        return Ok(None);
    };
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some((tag, body)))
}

/// Returns the message among the fields of an error.
fn complaint(fields: &[u8]) -> String {
    let text = fields.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(b"M")).unwrap_or(b"no");
    String::from_utf8_lossy(text).into_owned()
}

/// Returns the value of a setting that the server reports, if it is the version.
fn server_version(pair: &[u8]) -> Option<String> {
    let text = pair.strip_prefix(b"server_version\0")?;
    Some(String::from_utf8_lossy(text).trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Answer, GOODBYE, answer, hello};

    #[track_caller]
    fn check(messages: &[(u8, &[u8])], expected: Answer) {
        let mut bytes = Vec::new();
        for (tag, body) in messages {
            bytes.push(*tag);
            bytes.extend((body.len() as u32 + 4).to_be_bytes());
            bytes.extend(*body);
        }
        assert_eq!(answer(&mut bytes.as_slice()).expect("the stream is long enough"), expected);
    }

    fn unusable(why: &str) -> Answer {
        Answer::Unusable(why.into())
    }

    #[test]
    fn a_server_that_trusts_tells_its_version() {
        check(
            &[
                (b'R', b"\0\0\0\0"),
                (b'S', b"application_name\0\0"),
                (b'S', b"server_version\x0015.20 (Debian 15.20-0+deb12u1)\0"),
                (b'S', b"TimeZone\0UTC\0"),
                (b'K', b"\0\0\0\x01\0\0\0\x02"),
                (b'Z', b"I"),
            ],
            Answer::Usable("15.20 (Debian 15.20-0+deb12u1)".into()),
        );
    }

    #[test]
    fn a_password_is_not_ours_to_give() {
        check(&[(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0")], unusable("it asks `postgres` for a password"));
        check(&[(b'R', b"\0\0\0\x03")], unusable("it asks `postgres` for a password"));
    }

    #[test]
    fn a_refusal_is_told() {
        let fields = b"SFATAL\0VFATAL\0C28000\0Mrole \"postgres\" does not exist\0Fmiscinit.c\0\0";
        check(&[(b'E', fields)], unusable("it says: role \"postgres\" does not exist"));
        check(&[(b'R', b"\0\0\0\0"), (b'E', b"SFATAL\0\0")], unusable("it says: no"));
    }

    #[test]
    fn other_servers_are_told_apart() {
        let other = unusable("it does not speak PostgreSQL's protocol");
        check(&[(b'J', b"....")], unusable("it does not speak PostgreSQL's protocol"));
        assert_eq!(answer(&mut b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice()).expect("it is read"), other);
        assert_eq!(answer(&mut b"R\0\0\0\0".as_slice()).expect("it is read"), other);
        assert!(answer(&mut b"R\0\0\0\x08\0\0".as_slice()).is_err(), "it ends too early");
    }

    #[test]
    fn lengths_count_themselves() {
        assert_eq!(hello("a", "b"), b"\0\0\0\x1b\0\x03\0\0user\0a\0database\0b\0\0");
        assert_eq!(GOODBYE.len(), 5);
    }
}
