//! Which decisions are run again. What a hash of the seed and the id puts first is taken: it depends on
//! no order of reading, and takes no more memory than the sample.

use regulars_model::{
    CustomerId,
    canonical::{Hash, hash_bytes},
};
use regulars_store::DecisionRow;
use std::collections::BinaryHeap;

#[derive(Clone, Copy)]
pub(super) struct Sample {
    pub seed: u32,
    pub size: usize,
}

/// Those that stand first so far; the heap's top is the last of them.
pub(super) struct Choosing {
    sample: Sample,
    first: BinaryHeap<(Hash, CustomerId)>,
}

impl Sample {
    pub fn choosing(self) -> Choosing {
        Choosing { sample: self, first: BinaryHeap::new() }
    }

    fn place(self, id: &[u8]) -> Hash {
        hash_bytes(&[&self.seed.to_le_bytes(), id])
    }

    /// So many of each customer; rows of one customer stand together.
    pub fn of_each(self, rows: Vec<DecisionRow>) -> Vec<DecisionRow> {
        let mut placed: Vec<_> =
            rows.into_iter().map(|row| (self.place(row.id.0.as_bytes()), row)).collect();
        placed.sort_by_key(|(place, row)| (row.customer_id, *place));
        let mut taken = Vec::new();
        let (mut customer, mut own) = (None, 0);
        for (_, row) in placed {
            if customer != Some(row.customer_id) {
                (customer, own) = (Some(row.customer_id), 0);
            }
            own += 1;
            if own <= self.size {
                taken.push(row);
            }
        }
        taken
    }
}

impl Choosing {
    pub fn offer(&mut self, id: CustomerId) {
        self.first.push((self.sample.place(id.0.as_bytes()), id));
        if self.first.len() > self.sample.size {
            self.first.pop();
        }
    }

    pub fn finish(self) -> Vec<CustomerId> {
        self.first.into_sorted_vec().into_iter().map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn choose(seed: u32, size: usize, ids: impl Iterator<Item = u128>) -> Vec<CustomerId> {
        let mut choosing = Sample { seed, size }.choosing();
        ids.for_each(|id| choosing.offer(CustomerId(Uuid::from_u128(id))));
        choosing.finish()
    }

    #[test]
    fn a_seed_chooses_the_same_in_any_order_and_another_others() {
        let chosen = choose(7, 20, 0..1_000);
        assert_eq!(chosen.len(), 20);
        assert_eq!(choose(7, 20, (0..1_000).rev()), chosen);
        assert_ne!(choose(8, 20, 0..1_000), chosen);
        assert_eq!(choose(7, 20, 0..5).len(), 5);
        // From everywhere: both halves have their share.
        let low = chosen.iter().filter(|id| id.0.as_u128() < 500).count();
        assert!((4..=16).contains(&low), "{low}");
    }
}
