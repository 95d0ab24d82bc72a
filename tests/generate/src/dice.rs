//! Chance out of a seed: whole numbers only, so that every machine throws the same.

pub struct Dice(u64);

impl Dice {
    /// Thrown for one thing of many: equal seeds and numbers throw alike, others apart.
    pub fn of(seed: u64, number: u64) -> Dice {
        let mut dice = Dice(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
        dice.next();
        dice
    }

    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` up to and without `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).max(1);
        low.saturating_add_unsigned(self.next() % span)
    }

    pub fn percent(&mut self, chance: i64) -> bool {
        self.between(0, 100) < chance
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.between(0, all.len() as i64) as usize]
    }

    /// Around `usual` for most, many times that for a few: at most some 90 times.
    pub fn skewed(&mut self, usual: i64) -> i64 {
        let mut value = usual * self.between(40, 140) / 100;
        for _ in 0..6 {
            if !self.percent(27) {
                break;
            }
            value *= 2;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_have_much_of_it() {
        let mut spends: Vec<i64> = (0..10_000).map(|own| Dice::of(7, own).skewed(1_000)).collect();
        spends.sort_unstable();
        let (all, top): (i64, i64) = (spends.iter().sum(), spends[9_000..].iter().sum());
        assert!((300..1_100).contains(&spends[5_000]), "{}", spends[5_000]);
        assert!(top * 100 / all > 25, "the top tenth has {} %", top * 100 / all);
    }

    #[test]
    fn equal_seeds_throw_alike_and_others_apart() {
        let throws = |seed, number| {
            let mut dice = Dice::of(seed, number);
            [0; 4].map(|_: i64| dice.between(0, 1_000_000))
        };
        assert_eq!(throws(1, 2), throws(1, 2));
        assert_ne!(throws(1, 2), throws(2, 1));
        assert_ne!(throws(1, 2), throws(1, 3));
    }
}
