//! Medians and spreads of measured numbers. Pure.

/// Numbers of one kind, in the order in which they were measured.
#[derive(Clone, Default, Debug)]
pub(crate) struct Sample {
    values: Vec<f64>,
}

impl Sample {
    /// Adds a number.
    pub(crate) fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// Returns how many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns the value under which `share` (0 to 1) of the numbers lie, between two of them in proportion;
    /// no numbers give `NaN`.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let place = share * (sorted.len().saturating_sub(1)) as f64;
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        match (sorted.get(below), sorted.get(above)) {
            (Some(low), Some(high)) => low + (high - low) * (place - place.floor()),
            _ => f64::NAN,
        }
    }

    /// Returns the middle one.
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Returns the distance from the tenth to the ninetieth percentile.
    pub(crate) fn spread(&self) -> f64 {
        self.quantile(0.9) - self.quantile(0.1)
    }

    /// Returns the quotients of the two samples, number by number.
    pub(crate) fn ratio_to(&self, reference: &Sample) -> Sample {
        Sample { values: self.values.iter().zip(&reference.values).map(|(a, b)| a / b).collect() }
    }

    /// Tells whether the numbers scatter too much to say on which side of `bound` their median lies.
    pub(crate) fn is_undecided(&self, bound: f64) -> bool {
        self.spread() > (self.median() - bound).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    fn sample(values: &[f64]) -> Sample {
        Sample { values: values.to_vec() }
    }

    #[test]
    fn quantiles_lie_between_numbers_in_proportion() {
        let numbers = sample(&[4.0, 1.0, 3.0, 2.0, 5.0]);
        assert_eq!(numbers.median(), 3.0);
        assert!((numbers.quantile(0.1) - 1.4).abs() < 1e-9);
        assert!((numbers.spread() - 3.2).abs() < 1e-9);
        assert!(sample(&[]).median().is_nan());
    }

    #[test]
    fn ratios_are_made_round_by_round() {
        let ratio = sample(&[2.0, 6.0, 4.0]).ratio_to(&sample(&[1.0, 2.0, 4.0]));
        assert_eq!(ratio.median(), 2.0);
        assert!(ratio.is_undecided(1.3));
        assert!(!sample(&[1.1, 1.1, 1.12]).is_undecided(1.3));
    }
}
