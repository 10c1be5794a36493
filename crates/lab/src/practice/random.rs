//! Random numbers that are the same everywhere and for ever: SplitMix64.
//!
//! The state is a 64-bit number. Each call adds `9e3779b97f4a7c15` to it and mixes the sum: `z ^= z >> 30`, `z *=
//! bf58476d1ce4e5b9`, `z ^= z >> 27`, `z *= 94d049bb133111eb`, `z ^= z >> 31`, modulo 2^64. A number below `n` is the upper
//! half of the result times `n`, without the lower 32 bits.

/// A sequence of random numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence that begins with this state.
    pub fn new(state: u64) -> Random {
        Random(state)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let upper = self.next() >> 32;
        // Below 2^32 twice, so that nothing overflows or is lost.
        let end = u64::try_from(end).unwrap_or(u64::MAX).min(1 << 32);
        usize::try_from((upper * end) >> 32).unwrap_or(0)
    }

    /// A number of a range that contains its end.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// Whether something happens that happens in so many of a hundred cases.
    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    /// One of a list; none of an empty one.
    pub fn one<'t, T>(&mut self, list: &'t [T]) -> Option<&'t T> {
        list.get(self.below(list.len()))
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }

    /// The list in another order.
    pub fn shuffled<T: Clone>(&mut self, list: &[T]) -> Vec<T> {
        let mut list = list.to_vec();
        self.shuffle(&mut list);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The first numbers of the state 1234567, which the generator's descriptions give.
        let mut random = Random::new(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
            ]
        );
    }

    #[test]
    fn numbers_stay_below_their_end_and_all_occur() {
        let mut random = Random::new(1);
        let numbers: Vec<usize> = (0..200).map(|_| random.below(5)).collect();
        assert!((0..5).all(|number| numbers.contains(&number)));
        assert!(numbers.iter().all(|number| *number < 5));
        assert_eq!(random.below(0), 0);
        assert_eq!(random.one::<u8>(&[]), None);
    }
}
