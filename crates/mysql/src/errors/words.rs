//! Names in the server's words. Its words quote values too: only what stands in quotation marks of a kind that the server
//! itself writes, at a place where no value can stand, is a name.

/// The name at the end of a text, `.. for key 'name'`. A value before it may hold anything.
pub(super) fn key_at_end(words: &str) -> Option<&str> {
    words.strip_suffix('\'')?.rsplit_once(" for key '").map(|(_, name)| name)
}

/// The name in single quotes at the beginning of a text, behind a prefix.
pub(super) fn quoted_after<'w>(words: &'w str, prefix: &str) -> Option<&'w str> {
    let rest = words.strip_prefix(prefix)?.strip_prefix('\'')?;
    rest.find('\'').map(|end| &rest[..end])
}

/// The name behind the last `for column`, `'name'` or `` `schema`.`table`.`name` ``, in front of ` at row`.
pub(super) fn column(words: &str) -> Option<String> {
    let names = words.rfind("or column ").map(|at| &words[at + "or column ".len()..])?;
    // At the end, or it is within a value.
    let names = match names.rsplit_once(" at row ") {
        Some((names, row)) if row.bytes().all(|digit| digit.is_ascii_digit()) => names,
        Some(_) => return None,
        None => names,
    };
    match names.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(name) if !name.contains('\'') => Some(name.to_owned()),
        Some(_) => None,
        None => identifiers(names).pop().filter(|_| names.starts_with('`') && names.ends_with('`')),
    }
}

/// All names in backquotes, in order; a doubled backquote stands for one.
pub(super) fn identifiers(words: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = words;
    while let Some(start) = rest.find('`') {
        let mut name = String::new();
        rest = &rest[start + 1..];
        loop {
            let Some(end) = rest.find('`') else { return names };
            name.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('`') {
                Some(more) => {
                    name.push('`');
                    rest = more;
                }
                None => break,
            }
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{column, identifiers, key_at_end};

    #[test]
    fn names_and_no_values() {
        assert_eq!(key_at_end("Duplicate entry 'x' for key 'a'' for key 'uq_a'"), Some("uq_a"));
        assert_eq!(key_at_end("Duplicate entry 'x' for key 'it's'"), Some("it's"));
        assert_eq!(key_at_end("Duplicate entry 'a'"), None);
        assert_eq!(column("Data too long for column 'n' at row 1").as_deref(), Some("n"));
        assert_eq!(column("Incorrect date value: 'for column `secret`' for column `a`.`b`.`c` at row 1").as_deref(), Some("c"));
        assert_eq!(column("Incorrect date value: 'for column x'").as_deref(), None);
        assert_eq!(column("Incorrect date value: 'for column `x` at row 1'").as_deref(), None);
        assert_eq!(identifiers("`a``b`.`c` (`d"), ["a`b", "c"]);
    }
}
