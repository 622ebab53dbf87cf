//! The answer to a simple query of our own: its rows are few, and their fields are text.

use tokio_postgres::SimpleQueryMessage;

/// A field of the first row.
pub(crate) fn field(answer: &[SimpleQueryMessage], column: usize) -> Option<&str> {
    answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.try_get(column).ok().flatten(),
        _ => None,
    })
}
