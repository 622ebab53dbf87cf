//! `Effect`: what a statement does besides reading and writing rows, by its first words: SQLite has no call that tells.

/// What a statement does besides reading and writing rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// It opens a savepoint.
    Savepoint,
    /// It changes the connection: what statements after it see, or how they behave.
    Connection,
}

/// The pragmas with an argument that only look.
const LOOKS: [&str; 11] = [
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
    "foreign_key_check",
    "integrity_check",
    "quick_check",
    "wal_checkpoint",
];

impl Effect {
    pub(crate) fn of(sql: &str) -> Self {
        let sql = without_comments(sql);
        let mut words = sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default().to_ascii_uppercase();
        let second = words.next().unwrap_or_default();
        let is_temporary = ["TEMP", "TEMPORARY"].iter().any(|word| second.eq_ignore_ascii_case(word));
        match &*first {
            "SAVEPOINT" => Self::Savepoint,
            "ATTACH" | "DETACH" => Self::Connection,
            "CREATE" if is_temporary => Self::Connection,
            // `PRAGMA main.name(..)` has the name second.
            "PRAGMA" if sql.contains(['=', '(']) && !LOOKS.iter().any(|look| sql.to_ascii_lowercase().contains(look)) => Self::Connection,
            _ => Self::None,
        }
    }
}

fn without_comments(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ';');
        let end = match sql.get(..2) {
            Some("--") => sql.find('\n').map(|at| at + 1),
            Some("/*") => sql.find("*/").map(|at| at + 2),
            _ => return sql,
        };
        sql = end.map_or("", |end| &sql[end..]);
    }
}

#[cfg(test)]
mod tests {
    use super::Effect;

    #[test]
    fn by_the_first_words() {
        for sql in
            ["PRAGMA foreign_keys=OFF", "-- off\n pragma main.cache_size(-20)", "/* x */ ; ATTACH 'a' AS b", "CREATE temp TABLE a (b)"]
        {
            assert_eq!(Effect::of(sql), Effect::Connection, "{sql}");
        }
        for sql in ["", "--", "/*", "PRAGMA foreign_keys", "PRAGMA table_info(a)", "CREATE TABLE temp (a)", "SELECT 'ATTACH'"] {
            assert_eq!(Effect::of(sql), Effect::None, "{sql}");
        }
        assert_eq!(Effect::of(" savepoint a"), Effect::Savepoint);
    }
}
