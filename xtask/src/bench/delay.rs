//! A proxy that hands on everything a while later, in both directions: a server that is far away. Knows no protocol.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::shell::Outcome;

/// Starts a proxy before `server`, `host:port`, and returns its port; it runs as long as the process does.
///
/// # Errors
/// If there is no port to be had.
pub(super) fn start(server: String, delay: Duration) -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // Who cannot be served sees that the connection ends.
            let _ended = TcpStream::connect(&server).and_then(|server| relay(&client, &server, delay));
        }
    });
    Ok(port)
}

fn relay(client: &TcpStream, server: &TcpStream, delay: Duration) -> std::io::Result<()> {
    for (from, to) in [(client, server), (server, client)] {
        from.set_nodelay(true)?;
        let (from, to) = (from.try_clone()?, to.try_clone()?);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || hear(from, &sender, delay));
        thread::spawn(move || tell(&receiver, to));
    }
    Ok(())
}

/// Notes what comes, and when it is due.
fn hear(mut from: TcpStream, sender: &mpsc::Sender<(Instant, Vec<u8>)>, delay: Duration) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if sender.send((Instant::now() + delay, buffer[..read].to_vec())).is_err() {
            break;
        }
    }
}

/// Hands on what is due.
fn tell(receiver: &mpsc::Receiver<(Instant, Vec<u8>)>, mut to: TcpStream) {
    while let Ok((due, bytes)) = receiver.recv() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
    // The other side has ended; what it had sent is through.
    let _closed_already = to.shutdown(Shutdown::Write);
}
