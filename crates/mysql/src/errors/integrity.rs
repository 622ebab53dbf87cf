//! Which constraint a statement has violated, from the server's words about it.
//!
//! The words quote values as well, such as the one that is there twice: names are taken only from where no value stands.

use aludel_sql::{Constraint, Error, Integrity};

use super::words::{identifiers, key_at_end, quoted_after};

/// The violated constraint, or none if the code is not about one.
pub(super) fn of(code: u16, words: &str) -> Option<Error> {
    let found = match code {
        1062 | 1586 | 1859 => duplicate(words),
        1216 | 1217 | 1451 | 1452 => foreign_key(words),
        1048 | 1364 | 1263 => not_null(words),
        3819 | 4025 => check(words),
        _ => return None,
    };
    let hint = match code {
        1217 | 1451 => "other rows still point at what would be deleted or changed: delete them first, or let them point elsewhere",
        _ => advice(found.kind),
    };
    Some(Error::integrity(found).hint(hint))
}

fn new(kind: Constraint) -> Integrity {
    Integrity { kind, constraint: None, table: None, columns: Vec::new() }
}

/// `Duplicate entry '..' for key 'name'`; MySQL writes `'table.name'`. The name of every primary key is `PRIMARY`, which says nothing.
fn duplicate(words: &str) -> Integrity {
    let key = key_at_end(words).unwrap_or_default();
    let (table, key) = key.split_once('.').map_or((None, key), |(table, key)| (Some(table), key));
    let mut found = new(if key == "PRIMARY" { Constraint::PrimaryKey } else { Constraint::Unique });
    found.table = table.map(str::to_owned);
    found.constraint = Some(key.to_owned()).filter(|key| !key.is_empty() && key != "PRIMARY");
    found
}

/// ``.. fails (`schema`.`table`, CONSTRAINT `name` FOREIGN KEY (`a`, `b`) REFERENCES ..``; or nothing, for who may not see the table.
fn foreign_key(words: &str) -> Integrity {
    let mut found = new(Constraint::ForeignKey);
    let Some((_, rest)) = words.split_once(" fails (") else { return found };
    let Some((place, rest)) = rest.split_once(", CONSTRAINT ") else { return found };
    let Some((name, rest)) = rest.split_once(" FOREIGN KEY (") else { return found };
    let columns = rest.split_once(") REFERENCES ").map_or("", |(columns, _)| columns);
    found.table = identifiers(place).pop();
    found.constraint = identifiers(name).pop();
    found.columns = identifiers(columns);
    found
}

/// `Column 'a' cannot be null`, `Field 'a' doesn't have a default value`.
fn not_null(words: &str) -> Integrity {
    let mut found = new(Constraint::NotNull);
    let column = ["Column ", "Field "].iter().find_map(|prefix| quoted_after(words, prefix));
    found.columns.extend(column.map(str::to_owned));
    found
}

/// MariaDB: ``CONSTRAINT `name` failed for `schema`.`table` ``, where a check of a column is `` `table.column` ``. MySQL: `Check constraint 'name' is violated.`
fn check(words: &str) -> Integrity {
    let mut found = new(Constraint::Check);
    let names = identifiers(words);
    found.constraint = quoted_after(words, "Check constraint ").map(str::to_owned).or_else(|| names.first().cloned());
    found.table = if words.starts_with("CONSTRAINT ") { names.into_iter().nth(2) } else { None };
    let of_table = found.table.as_ref().map(|table| format!("{table}."));
    if let (Some(of_table), Some(name)) = (of_table, &found.constraint)
        && let Some(column) = name.strip_prefix(&of_table).map(str::to_owned)
    {
        found.columns = vec![column];
        found.constraint = None;
    }
    found
}

/// What to do about a violated constraint.
fn advice(kind: Constraint) -> &'static str {
    match kind {
        Constraint::Unique => {
            "another row has this value: ask for it before inserting, or answer this error in an error handler, with 409 and a message"
        }
        Constraint::PrimaryKey => "another row has this key: let the database assign it, or load and change that row",
        Constraint::ForeignKey => "the row that is referred to is not there: insert it first",
        Constraint::NotNull => {
            "give the column a value, or declare it as an `Option`; a table that is older than its declaration may demand more"
        }
        _ => "the database refuses the value: check it before, or answer this error in an error handler",
    }
}
