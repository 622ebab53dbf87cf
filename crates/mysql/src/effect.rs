//! `Effect`: what a raw statement does to its connection, by its first words: the server does not tell.

/// What a statement does to its connection, besides reading and writing rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// It changes what the server forgets when the connection is reset: variables, temporary tables, locks.
    Session,
    /// It changes what a reset does not bring back: the database that is chosen.
    Place,
}

impl Effect {
    pub(crate) fn of(sql: &str) -> Self {
        let sql = without_comments(sql);
        let mut words = words(sql);
        let first = words.next().unwrap_or_default().to_ascii_uppercase();
        let second = words.next().unwrap_or_default().to_ascii_uppercase();
        match (&*first, &*second) {
            ("USE", _) => Self::Place,
            // A routine may do any of this.
            ("SET" | "PREPARE" | "DEALLOCATE" | "HANDLER" | "LOCK" | "UNLOCK" | "FLUSH" | "CALL" | "XA" | "EXECUTE", _) => Self::Session,
            ("CREATE" | "DROP", "TEMPORARY") | ("CREATE", "OR") => Self::Session,
            _ if mentions(sql) => Self::Session,
            _ => Self::None,
        }
    }
}

/// How statements begin that write nothing themselves.
const READING: [&str; 15] =
    ["", "SELECT", "VALUES", "TABLE", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "SET", "USE", "DO", "HELP", "CHECKSUM", "SAVEPOINT", "KILL"];

/// How statements begin that commit the transaction they stand in; a routine may do it.
const COMMITTING: [&str; 25] = [
    "COMMIT",
    "BEGIN",
    "START",
    "ALTER",
    "RENAME",
    "TRUNCATE",
    "GRANT",
    "REVOKE",
    "LOCK",
    "UNLOCK",
    "ANALYZE",
    "CHECK",
    "CACHE",
    "FLUSH",
    "IMPORT",
    "OPTIMIZE",
    "REPAIR",
    "RESET",
    "INSTALL",
    "UNINSTALL",
    "STOP",
    "CHANGE",
    "CALL",
    "EXECUTE",
    "CLONE",
];

impl Effect {
    /// Whether it commits the transaction that it stands in, by itself or before it does anything else.
    ///
    /// Source: <https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html>, and "SQL statements That Cause an Implicit Commit" of
    /// MariaDB's manual.
    pub(crate) fn commits(sql: &str) -> bool {
        let sql = without_comments(sql);
        let mut words = words(sql);
        let Some(first) = words.next() else { return false };
        let mut has = |names: &[&str]| words.by_ref().take(3).any(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name)));
        match &*first.to_ascii_uppercase() {
            "CREATE" | "DROP" => !has(&["TEMPORARY"]),
            "SET" => sql.to_ascii_uppercase().contains("AUTOCOMMIT") || has(&["PASSWORD"]),
            "XA" => has(&["COMMIT", "PREPARE"]),
            "LOAD" => has(&["INDEX"]),
            first => COMMITTING.contains(&first),
        }
    }

    /// Whether it may write by itself, and not only by a function that it calls.
    pub(crate) fn may_write(sql: &str) -> bool {
        let sql = without_comments(sql);
        let first = sql.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
        !READING.iter().any(|word| first.eq_ignore_ascii_case(word))
    }
}

/// Variables of the user, and locks with names.
fn mentions(sql: &str) -> bool {
    let assigns = sql.contains('@') && (sql.contains(":=") || sql.to_ascii_uppercase().contains("INTO"));
    assigns || sql.to_ascii_uppercase().contains("GET_LOCK")
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

fn without_comments(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ';' || letter == '(');
        let end = match (sql.get(..1), sql.get(..2), sql.get(..3)) {
            // What stands in such a comment is run.
            (_, _, Some("/*!")) => return sql[3..].trim_start_matches(|letter: char| letter == 'M' || letter.is_ascii_digit()),
            (Some("#"), ..) | (_, Some("--"), _) => sql.find('\n').map(|at| at + 1),
            (_, Some("/*"), _) => sql.find("*/").map(|at| at + 2),
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
        for sql in [
            "SET @a = 1",
            "-- off\n set names latin1",
            "/* x */ # y\n LOCK TABLES a READ",
            "create temporary table a (b int)",
            "SELECT @a := 1",
        ] {
            assert_eq!(Effect::of(sql), Effect::Session, "{sql}");
        }
        for sql in ["SELECT get_lock('a', 1)", "/*!50000 SET @a = 1 */", "CALL x()", "SELECT 1 INTO @a"] {
            assert_eq!(Effect::of(sql), Effect::Session, "{sql}");
        }
        for sql in ["", "--", "/*", "SELECT 1", "INSERT INTO used VALUES ('SET')", "CREATE TABLE temporary_a (b int)", "SELECT '@'"] {
            assert_eq!(Effect::of(sql), Effect::None, "{sql}");
        }
        assert_eq!(Effect::of(" use other"), Effect::Place);
    }

    #[test]
    fn what_commits() {
        for sql in ["commit", "-- a\nCOMMIT AND CHAIN", "CREATE TABLE a (b INT)", "drop table a", "SET @@autocommit = 1", "XA COMMIT 'a'"] {
            assert!(Effect::commits(sql), "{sql}");
        }
        for sql in
            ["ROLLBACK", "", "CREATE OR REPLACE TEMPORARY TABLE a (b INT)", "SET @a = 1", "INSERT INTO a VALUES ('commit')", "XA END 'a'"]
        {
            assert!(!Effect::commits(sql), "{sql}");
        }
    }
}
