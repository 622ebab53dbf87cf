//! The load of the web measurement, a process of its own so that it can be pinned to another core than the server.
//! Keep-alive connections, each with one request under way; the number of requests is given, so it always ends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::shell::Outcome;

/// The command of `xtask` that is this process: `web-load PORT CONNECTIONS REQUESTS`.
pub(crate) const LOAD_COMMAND: &str = "web-load";

const MOST_CONNECTIONS: usize = 256;
const MOST_REQUESTS: usize = 10_000_000;
/// An answer that takes longer is a failure.
const PATIENCE: Duration = Duration::from_secs(10);
const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/// Sends the requests and prints the nanoseconds that all took together.
///
/// # Errors
/// If an argument is wrong, a connection fails or an answer is not 200.
pub(crate) fn load(arguments: &[String]) -> Outcome {
    let [port, connections, requests] = arguments else {
        return Err(format!("usage: {LOAD_COMMAND} PORT CONNECTIONS REQUESTS").into());
    };
    let (port, connections, requests) = (port.parse()?, connections.parse()?, requests.parse()?);
    if !(1..=MOST_CONNECTIONS).contains(&connections) || requests > MOST_REQUESTS {
        return Err(format!("at most {MOST_CONNECTIONS} connections and {MOST_REQUESTS} requests").into());
    }
    let mut open = (0..connections).map(|_| connect(port)).collect::<Outcome<Vec<_>>>()?;
    let start = Instant::now();
    let mut left: usize = requests;
    while left > 0 {
        let turn = left.min(open.len());
        for connection in &mut open[..turn] {
            connection.write_all(GET)?;
        }
        for connection in &mut open[..turn] {
            read_answer(connection)?;
        }
        left -= turn;
    }
    println!("{}", start.elapsed().as_nanos());
    Ok(())
}

/// Sends one request and returns the status line and the body of the answer.
///
/// # Errors
/// If the connection fails or the answer is not understood.
pub(crate) fn request(port: u16, text: &str) -> Outcome<(String, String)> {
    let mut connection = connect(port)?;
    connection.write_all(text.as_bytes())?;
    let (head, body) = read_message(&mut connection)?;
    let status = head.lines().next().unwrap_or_default().to_owned();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

fn connect(port: u16) -> Outcome<TcpStream> {
    let connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    Ok(connection)
}

fn read_answer(connection: &mut TcpStream) -> Outcome {
    let (head, _) = read_message(connection)?;
    let is_good = head.starts_with("HTTP/1.1 200");
    if is_good { Ok(()) } else { Err(format!("the server answered:\n{head}").into()) }
}

/// Reads one message whose head says how long its body is.
fn read_message(connection: &mut impl Read) -> Outcome<(String, Vec<u8>)> {
    let mut bytes = Vec::with_capacity(1024);
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let whole = end + 4 + content_length(&head)?;
            if bytes.len() >= whole {
                return Ok((head, bytes[end + 4..whole].to_vec()));
            }
        }
        match connection.read(&mut buffer)? {
            0 => return Err("the server closed the connection".into()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

fn content_length(head: &str) -> Outcome<usize> {
    for line in head.lines().skip(1) {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            return Ok(value.trim().parse()?);
        }
    }
    Err(format!("the answer has no Content-Length:\n{head}").into())
}

#[cfg(test)]
mod tests {
    use super::read_message;

    #[test]
    fn a_message_ends_where_its_head_says() {
        let mut bytes = &b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbobHTTP"[..];
        let (head, body) = read_message(&mut bytes).expect("the message is whole");
        assert_eq!((head.lines().next(), body.as_slice()), (Some("HTTP/1.1 200 OK"), &b"bob"[..]));
    }

    #[test]
    fn a_message_without_a_length_is_refused() {
        assert!(read_message(&mut &b"HTTP/1.1 200 OK\r\n\r\n"[..]).is_err());
    }
}
