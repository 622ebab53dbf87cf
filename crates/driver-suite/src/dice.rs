//! Random numbers, the same each time for the same seed.

/// Random numbers: splitmix64.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Returns the numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self::of(seed, 0)
    }

    /// Returns those of one of many who throw them at once.
    pub fn of(seed: u64, thrower: u64) -> Self {
        let mut dice = Self(seed ^ thrower.wrapping_mul(0xd134_2543_de82_ef95));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Puts these into another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}
