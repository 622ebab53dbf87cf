//! Prints measurements as a table of aligned columns.

use super::statistics::Sample;

/// The largest unit first.
const UNITS: [(f64, &str); 4] = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];

/// Rows of text under a heading.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins a table with the names of its columns.
    pub(crate) fn new(columns: &[&str]) -> Table {
        Table { rows: vec![columns.iter().map(|name| name.to_string()).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Writes the table to stdout: the first column to the left, the others to the right.
    pub(crate) fn print(&self) {
        let columns = self.rows[0].len();
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut line = format!("{:<1$}", row[0], widths[0]);
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                line.push_str(&format!("  {cell:>width$}"));
            }
            println!("{}", line.trim_end());
        }
    }
}

/// Shows nanoseconds with three figures and their unit.
pub(crate) fn time(nanoseconds: f64) -> String {
    let unit = UNITS.iter().find(|(size, _)| nanoseconds >= *size).unwrap_or(&UNITS[3]);
    let value = nanoseconds / unit.0;
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$} {}", unit.1)
}

/// Shows nanoseconds as milliseconds, to a tenth.
pub(crate) fn milliseconds(nanoseconds: f64) -> String {
    format!("{:.1} ms", nanoseconds / 1e6)
}

/// Shows the middle eight tenths of a sample of times.
pub(crate) fn times_spread(sample: &Sample) -> String {
    format!("{} – {}", time(sample.quantile(0.1)), time(sample.quantile(0.9)))
}

/// Shows a ratio, and its middle eight tenths.
pub(crate) fn ratio(sample: &Sample) -> String {
    format!("{:.2} ({:.2}–{:.2})", sample.median(), sample.quantile(0.1), sample.quantile(0.9))
}

/// Shows a bound of a ratio.
pub(crate) fn bound(bound: f64) -> String {
    format!("{bound:.2}")
}

/// Says on which side of `bound` the median of a ratio lies, if it can be told.
pub(crate) fn verdict(ratio: &Sample, bound: f64) -> &'static str {
    match ratio.median() <= bound {
        _ if ratio.is_undecided(bound) => "undecided",
        true => "met",
        false => "missed",
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_three_figures() {
        let shown: Vec<String> = [0.5, 12.34, 999.0, 1_234.0, 56_780.0, 2.5e9].map(time).into();
        assert_eq!(shown, ["0.50 ns", "12.3 ns", "999 ns", "1.23 µs", "56.8 µs", "2.50 s"]);
    }
}
