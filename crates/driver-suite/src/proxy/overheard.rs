//! What somebody in between hears of a session.

use std::pin::pin;
use std::time::Duration;

use aludel_engine::Engine;
use aludel_sql::{Raw, raw};

use super::Proxy;
use crate::canary::CANARY;

/// Asks for a canary, and cancels a statement that would take a minute. Says which of the words the proxy has heard of it, and whether it
/// has heard the canary in an answer.
///
/// `asking` returns one text with the parameter `value` behind `from the server: `.
///
/// # Panics
/// If the session does not go as it should.
pub async fn overheard<const N: usize>(
    engine: &Engine,
    proxy: &Proxy,
    (asking, sleeping): (Raw, &'static str),
    words: [&str; N],
) -> ([bool; N], bool) {
    let row = asking.bind("value", CANARY).one(engine).await.expect("an answer");
    assert_eq!(row.get::<String>(0), format!("from the server: {CANARY}"));
    let mut connection = engine.connect().await.expect("a connection");
    let cancel = connection.canceller().expect("a server can be asked");
    let mut sleeping = pin!(connection.execute(raw(sleeping)));
    // An order that comes before the statement ends nothing.
    while tokio::time::timeout(Duration::from_millis(50), &mut sleeping).await.is_err() {
        cancel().await.expect("to ask");
    }
    let answered = proxy.answers().windows(CANARY.len()).any(|bytes| bytes == CANARY.as_bytes());
    (words.map(|word| proxy.has_heard(word)), answered)
}
