//! A few weeks of a few seeds, on both databases.

use regulars_simulate::{Plan, Summary, simulate};
use regulars_tests::{Place, on_both, root};
use std::sync::LazyLock;
use tempfile::TempDir;

static CACHE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

const SEEDS: [u64; 2] = [1, 2];

fn play(seed: u64, played: &Place, in_order: &Place) -> Summary {
    let plan = Plan {
        seed,
        days: 21,
        customers: 8,
        database: played.url(),
        in_order: in_order.url(),
        plugins: root().join("plugins"),
        cache: CACHE.path().to_owned(),
        told: |_| {},
    };
    simulate(&plan).unwrap_or_else(|failure| panic!("{failure}"))
}

fn another(place: &Place) -> Place {
    match place {
        Place::Sqlite(_) => Place::sqlite(),
        Place::Postgres { .. } => Place::postgres(),
    }
}

on_both! {
    fn what_must_hold_holds(place: Place) {
        let both = SEEDS.map(|seed| play(seed, &another(&place), &another(&place)));
        // A simulation in which nothing happens finds nothing.
        let sum = |count: fn(&Summary) -> u64| both.iter().map(count).sum::<u64>();
        assert!(sum(|one| one.events) > 80 && sum(|one| one.decisions) > 40, "{both:?}");
        assert!(sum(|one| one.lost) > 0 && sum(|one| one.crashes) > 0, "{both:?}");
        assert!(sum(|one| one.repeats) > 0 && sum(|one| one.changes) > 0, "{both:?}");
    }

    fn a_seed_plays_the_same_days_again(place: Place) {
        let first = play(3, &place, &another(&place));
        assert_eq!(play(3, &another(&place), &another(&place)), first);
    }
}
