//! `Effect`: what a raw statement does besides reading and writing rows, by its first words.

/// What a raw statement does besides reading and writing rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// It changes the session in a way that can be taken back.
    Session,
    /// It changes what the session keeps prepared: nobody else should have this connection.
    Prepared,
    /// It waits for rows, or hands them out, in the middle of the statement.
    Copy,
    /// There is no statement.
    Empty,
}

/// What outlives the statement and its transaction, wherever it stands.
const LASTING: [&str; 6] = ["set_config", "pg_advisory_lock", "pg_try_advisory_lock", "pg_advisory_unlock", "into temp", "setseed"];

/// What stands in a statement that EXPLAIN ANALYZE runs, and that writes.
const WRITING: [&str; 8] = ["insert", "update", "delete", "merge", "into", "create", "execute", "refresh"];

/// How statements begin that write nothing themselves, but for `SELECT .. INTO` and `EXPLAIN ANALYZE`.
const READING: [&str; 17] = [
    "",
    "SELECT",
    "VALUES",
    "TABLE",
    "SHOW",
    "SET",
    "RESET",
    "EXPLAIN",
    "DECLARE",
    "FETCH",
    "MOVE",
    "CLOSE",
    "SAVEPOINT",
    "RELEASE",
    "DEALLOCATE",
    "DISCARD",
    "LOCK",
];

impl Effect {
    pub(crate) fn of(sql: &str) -> Self {
        let sql = without_comments(sql);
        let lower = sql.to_ascii_lowercase();
        let mut words = words(&lower);
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        match (first, second) {
            ("", _) if sql.is_empty() => Self::Empty,
            ("set", "local" | "transaction" | "constraints") => Self::None,
            ("set" | "reset" | "listen" | "unlisten" | "load", _) => Self::Session,
            ("create", "temp" | "temporary" | "local" | "global") => Self::Session,
            ("create", "or") if lower.contains(" temp") => Self::Session,
            ("declare", _) if lower.contains("with hold") => Self::Session,
            ("prepare", "transaction") => Self::None,
            ("prepare" | "deallocate" | "discard", _) => Self::Prepared,
            ("copy", _) if words.any(|word| matches!(word, "stdin" | "stdout")) => Self::Copy,
            _ if LASTING.iter().any(|name| lower.contains(name)) => Self::Session,
            _ => Self::None,
        }
    }

    /// Whether a statement may be prepared before those that are sent with it have run: it neither makes nor changes what they name.
    pub(crate) fn is_plain(sql: &str) -> bool {
        let first = Self::first_word(sql);
        ["SELECT", "INSERT", "UPDATE", "DELETE", "VALUES", "WITH"].iter().any(|word| first.eq_ignore_ascii_case(word))
    }

    /// Whether the transaction is another one after it, or none.
    pub(crate) fn ends_transaction(sql: &str) -> bool {
        let mut words = words(without_comments(sql)).map(str::to_ascii_lowercase);
        match words.next().as_deref() {
            Some("commit" | "end" | "abort") => true,
            // `TO` goes back to a savepoint.
            Some("rollback") => !words.take(2).any(|word| word == "to"),
            Some("prepare") => words.next().as_deref() == Some("transaction"),
            _ => false,
        }
    }

    /// Whether what was written in the transaction is to stay from there on: it is committed, or prepared to be.
    pub(crate) fn commits(sql: &str) -> bool {
        let first = Self::first_word(sql);
        match first.len() {
            3 => first.eq_ignore_ascii_case("END"),
            6 => first.eq_ignore_ascii_case("COMMIT"),
            7 => first.eq_ignore_ascii_case("PREPARE") && Self::ends_transaction(sql),
            _ => false,
        }
    }

    /// Whether it may write by itself, and not only by a function that it calls. A word that only stands in a text counts too: who
    /// takes a statement for one that writes is careful for nothing, and the other error is worse.
    pub(crate) fn may_write(sql: &str) -> bool {
        let sql = inner(sql);
        let first = Self::first_word(sql);
        if !READING.iter().any(|word| first.eq_ignore_ascii_case(word)) {
            return true;
        }
        let has = |word: &str| words(sql).any(|other| other.eq_ignore_ascii_case(word));
        match first.len() {
            6 if first.eq_ignore_ascii_case("SELECT") => has("into"),
            7 if first.eq_ignore_ascii_case("EXPLAIN") => (has("analyze") || has("analyse")) && WRITING.iter().any(|word| has(word)),
            _ => false,
        }
    }

    /// Whether a COPY out of the server may write: by the statement in its brackets.
    pub(crate) fn copies_what_it_writes(sql: &str) -> bool {
        let sql = without_comments(sql);
        let behind = without_comments(&sql[Self::first_word(sql).len()..]);
        behind.starts_with('(') && Self::may_write(behind)
    }

    /// The first word, behind comments.
    pub(crate) fn first_word(sql: &str) -> &str {
        without_comments(sql).split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default()
    }
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// What stands in brackets, if the statement begins with one.
fn inner(mut sql: &str) -> &str {
    loop {
        sql = without_comments(sql);
        match sql.strip_prefix('(') {
            Some(behind) => sql = behind,
            None => return sql,
        }
    }
}

fn without_comments(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ';');
        let end = match sql.get(..2) {
            Some("--") => sql.find('\n').map(|at| at + 1),
            Some("/*") => end_of_comment(sql),
            _ => return sql,
        };
        sql = end.map_or("", |end| &sql[end..]);
    }
}

/// PostgreSQL's comments nest.
fn end_of_comment(sql: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = sql[at..].find(['*', '/']) {
        at += found;
        match sql[at..].get(..2) {
            Some("/*") => (depth, at) = (depth + 1, at + 2),
            Some("*/") if depth <= 1 => return Some(at + 2),
            Some("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Effect;

    #[track_caller]
    fn check(effect: Effect, texts: &[&str]) {
        for sql in texts {
            assert_eq!(Effect::of(sql), effect, "{sql}");
        }
    }

    #[test]
    fn by_the_first_words() {
        check(Effect::Session, &["SET search_path = a", "-- x\n reset all", "/* a /* b */ c */ LISTEN d", "CREATE temp TABLE a ()"]);
        check(
            Effect::Session,
            &["SELECT set_config('a', 'b', false)", "SELECT pg_advisory_lock(1)", "DECLARE a CURSOR WITH HOLD FOR SELECT 1"],
        );
        check(Effect::None, &["SET LOCAL a = 1", "SET TRANSACTION READ ONLY", "SELECT 'SET'", "CREATE TABLE a ()", "(SELECT 1)", "é"]);
        check(Effect::Prepared, &["PREPARE a AS SELECT 1", "DEALLOCATE ALL", "; DISCARD ALL"]);
        check(Effect::Copy, &["COPY a FROM STDIN", "copy (select 1) to stdout"]);
        check(Effect::None, &["COPY a FROM '/file'"]);
        check(Effect::Empty, &["", " ;", "-- a", "/* b", "/* /* */"]);
        assert!(Effect::may_write("with a as (delete from b) select 1") && !Effect::may_write("-- a\nselect 1"));
        let writing = [
            "explain analyze update a set b = 1",
            "EXPLAIN (VERBOSE, ANALYZE) WITH c AS (DELETE FROM a RETURNING *) SELECT 1",
            "explain analyse create table a as select 1",
            "select 1 as b into a",
            "(select 1 INTO a)",
            "(with a as (delete from b) select 1)",
        ];
        let reading =
            ["explain update a set b = 1", "explain (analyze) select 1", "select 1 as intone", "(select 1)", "( -- a\n values (1))", ""];
        assert_eq!(writing.map(Effect::may_write), [true; 6]);
        assert_eq!(reading.map(Effect::may_write), [false; 6]);
        let ending = ["commit and chain", "END", "abort work", "-- a\nROLLBACK", "rollback work and no chain", "Prepare Transaction 'a'"];
        let going_on = ["insert into a values (1)", "ROLLBACK TO a", "rollback work to savepoint a", "PREPARE a AS SELECT 1"];
        assert!(ending.into_iter().all(Effect::ends_transaction) && !going_on.into_iter().any(Effect::ends_transaction));
        let keeping = [true, true, false, false, false, true];
        assert_eq!(ending.map(Effect::commits), keeping);
        assert!(!going_on.into_iter().any(Effect::commits));
        let copies =
            ["copy (insert into a values (1) returning b) to stdout", "-- a\nCOPY/* ( */( /* */ delete from a returning b)TO stdout"];
        assert!(copies.into_iter().all(Effect::copies_what_it_writes));
        let copies = ["copy (select 1) to stdout", "copy a to stdout", "copy a (b) to stdout", "copy update (b) to stdout"];
        assert!(!copies.into_iter().any(Effect::copies_what_it_writes));
        assert!(Effect::is_plain(" with a as (select 1) select 2") && !Effect::is_plain("create table a ()"));
    }
}
