//! Counts passed and failed tests in what `cargo test` and `cargo nextest` print.
//! Pure: reads lines, runs nothing.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Tally {
    /// Reads the summary lines among `lines`; all other lines are passed over.
    pub(crate) fn read(lines: &[String]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            let line = without_colors(line);
            let line = line.trim_start();
            if line.starts_with("test result:") || (line.starts_with("Summary [") && line.contains("run:")) {
                tally += Tally::of_summary(line);
            }
        }
        tally
    }

    /// Reads `3 passed`, `1 failed` and the like out of one summary line.
    fn of_summary(line: &str) -> Tally {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut tally = Tally::default();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<usize>() else { continue };
            match pair[1].trim_end_matches([';', ',', '.']) {
                "passed" => tally.passed += count,
                "failed" | "timed" => tally.failed += count,
                "skipped" | "ignored" => tally.skipped += count,
                _ => {}
            }
        }
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "test: {} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

fn without_colors(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..start]);
        rest = match rest[start..].find('m') {
            Some(end) => &rest[start + end + 1..],
            None => "",
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[track_caller]
    fn check(lines: &[&str], expected: &str) {
        let lines: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
        assert_eq!(Tally::read(&lines).to_string(), expected);
    }

    #[test]
    fn cargo_test_prints_a_line_per_binary() {
        check(
            &[
                "running 5 tests",
                "test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
                "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            ],
            "test: 6 passed, 1 failed, 1 skipped",
        );
    }

    #[test]
    fn nextest_prints_one_line_in_colors() {
        check(
            &[
                "\u{1b}[32m     Summary\u{1b}[0m [   0.012s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped",
                "        FAIL [   0.004s] (1/12) a::b 2 passed",
            ],
            "test: 10 passed, 2 failed, 3 skipped",
        );
    }

    #[test]
    fn nothing_runs() {
        check(&[], "test: 0 passed, 0 failed, 0 skipped");
    }
}
