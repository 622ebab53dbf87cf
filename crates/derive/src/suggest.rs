//! "Did you mean": finds the known name that a misspelt one is nearest to.

/// Says which of the `known` names is meant by `name`, else lists them all.
pub(crate) fn suggest(name: &str, known: &[&str]) -> String {
    let nearest = known.iter().map(|known| (distance(name, known), *known)).min();
    match nearest {
        Some((distance, nearest)) if distance <= name.len().max(3) / 3 => format!("did you mean `{nearest}`?"),
        _ => format!("it has `{}`", known.join("`, `")),
    }
}

/// The least number of insertions, deletions and replacements of a character that lead from `a` to `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, left) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (at, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        let known = ["primary_key", "unique", "index"];
        assert_eq!(suggest("primry_key", &known), "did you mean `primary_key`?");
        assert_eq!(suggest("uniqe", &known), "did you mean `unique`?");
        assert_eq!(suggest("check", &known), "it has `primary_key`, `unique`, `index`");
        assert_eq!(suggest("", &known), "it has `primary_key`, `unique`, `index`");
    }
}
