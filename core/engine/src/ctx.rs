//! Who acts, when and with what: the only source of time, randomness and identifiers.

use crate::{
    Origin,
    authorise::{Action, Role},
};
use regulars_model::{
    CustomerId, Instant, SessionId, StaffId, UnitId,
    canonical::{Hash, hash_bytes},
    text::Language,
};
use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicI64, Ordering},
};
use uuid::Uuid;

/// One request's surroundings.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub actor: Actor,
    pub now: Instant,
    pub language: Language,
    pub idempotency: Option<Idempotency>,
    pub origin: Arc<Origin>,
    /// What it was first authorised for: that is what the audit says was done.
    pub(crate) acting: Arc<OnceLock<Action>>,
}

impl Ctx {
    /// Of what the engine does by itself.
    pub(crate) fn of_engine(now: Instant) -> Ctx {
        Ctx {
            actor: Actor::engine(),
            now,
            language: Language::English,
            idempotency: None,
            origin: Arc::new(Origin::engine()),
            acting: Arc::default(),
        }
    }

    /// None where the engine acts by itself.
    pub fn action(&self) -> Option<Action> {
        self.acting.get().copied()
    }
}

/// Hashes of an `Idempotency-Key` (with its actor), and of what it was sent with and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    pub key: Hash,
    pub body: Hash,
}

/// Whoever asks: a person, a machine with an API key, or a customer looking at themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub staff_id: StaffId,
    pub name: String,
    pub role: Role,
    /// What it may do, of what its role may; none for all of that.
    pub actions: Option<Arc<[Action]>>,
    /// Where it may act, and everything below; empty for the whole organisation.
    pub units: Arc<[UnitId]>,
    /// Of the role `member`: the one customer it is.
    pub customer_id: Option<CustomerId>,
    /// Of a person who is logged in.
    pub session_id: Option<SessionId>,
}

/// The clock and the maker of identifiers, handed to the engine when it opens.
#[derive(Clone)]
pub struct World {
    clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    ids: Arc<Mutex<Ids>>,
}

struct Ids {
    last_ms: u64,
    counter: u16,
    random: Random,
}

/// Bytes of the operating system's randomness, asked for in blocks: an import makes hundreds of
/// thousands of ids. What is given is overwritten.
struct Random {
    source: Source,
    block: Box<[u8; RANDOM_BLOCK]>,
    given: usize,
}

enum Source {
    System,
    /// The same bytes for the same seed.
    Seed {
        seed: u64,
        blocks: u64,
    },
}

const RANDOM_BLOCK: usize = 4_096;

impl Random {
    fn of(source: Source) -> Random {
        Random { source, block: Box::new([0; RANDOM_BLOCK]), given: RANDOM_BLOCK }
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        if self.given + N > RANDOM_BLOCK {
            self.source.fill(&mut *self.block);
            self.given = 0;
        }
        let place = &mut self.block[self.given..self.given + N];
        self.given += N;
        let mut taken = [0; N];
        taken.swap_with_slice(place);
        taken
    }
}

impl Source {
    fn fill(&mut self, block: &mut [u8]) {
        let Source::Seed { seed, blocks } = self else { return fill_random(block) };
        *blocks += 1;
        for (place, part) in block.chunks_mut(size_of::<Hash>()).enumerate() {
            let of = [seed.to_le_bytes(), blocks.to_le_bytes(), (place as u64).to_le_bytes()];
            part.copy_from_slice(&hash_bytes(&[&of.concat()])[..part.len()]);
        }
    }
}

impl World {
    pub fn real() -> World {
        World::with_clock(|| {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            let now = std::time::SystemTime::now();
            let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX / 4))
        })
    }

    /// A clock that a test moves by hand.
    pub fn at(start: Instant) -> (World, Arc<AtomicI64>) {
        let hand = Arc::new(AtomicI64::new(start.0));
        let clock = hand.clone();
        (World::with_clock(move || Instant(clock.load(Ordering::SeqCst))), hand)
    }

    pub fn with_clock(clock: impl Fn() -> Instant + Send + Sync + 'static) -> World {
        World::of(clock, Source::System)
    }

    /// For data that is made up: time stands still, and one seed gives the same ids every time.
    pub fn seeded(seed: u64, now: Instant) -> World {
        World::played(seed, move || now)
    }

    /// One seed gives the same ids every time the clock goes the same way.
    pub fn played(seed: u64, clock: impl Fn() -> Instant + Send + Sync + 'static) -> World {
        World::of(clock, Source::Seed { seed, blocks: 0 })
    }

    fn of(clock: impl Fn() -> Instant + Send + Sync + 'static, source: Source) -> World {
        let ids = Ids { last_ms: 0, counter: 0, random: Random::of(source) };
        World { clock: Arc::new(clock), ids: Arc::new(Mutex::new(ids)) }
    }

    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// A UUIDv7 that sorts after every earlier one of this process.
    pub fn new_id(&self) -> Uuid {
        let now_ms = u64::try_from(self.now().0 / 1_000).unwrap_or(0);
        let (ms, counter, mut random) = {
            let mut ids = self.ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if now_ms > ids.last_ms {
                (ids.last_ms, ids.counter) = (now_ms, 0);
            } else if ids.counter == 0x0fff {
                (ids.last_ms, ids.counter) = (ids.last_ms + 1, 0);
            } else {
                ids.counter += 1;
            }
            (ids.last_ms, ids.counter, ids.random.take::<10>())
        };
        random[0] = (random[0] & 0xf0) | (counter >> 8) as u8;
        random[1] = counter as u8;
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }
}

/// Randomness from the operating system; without it no key and no id may be made.
pub fn fill_random(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the operating system gives no randomness: {error}");
    }
}

impl Actor {
    /// The command line on the server's own machine.
    pub fn operator() -> Actor {
        Actor {
            staff_id: StaffId(Uuid::nil()),
            name: "operator".to_owned(),
            role: Role::Admin,
            actions: None,
            units: Arc::default(),
            customer_id: None,
            session_id: None,
        }
    }

    pub fn sees_all(&self) -> bool {
        self.units.is_empty() && ![Role::SalesGuide, Role::Member].contains(&self.role)
    }

    /// Where what it records belongs while it names no unit: its own, where it has one only.
    pub fn only_unit(&self) -> Option<UnitId> {
        match *self.units {
            [unit] => Some(unit),
            _ => None,
        }
    }

    /// Who is named in records; the operator and the engine are nobody's staff.
    pub fn staff(&self) -> Option<StaffId> {
        Some(self.staff_id).filter(|id| !id.0.is_nil())
    }

    /// The engine itself: wakes, expiries, configuration changes.
    pub fn engine() -> Actor {
        Actor { name: "engine".to_owned(), ..Actor::operator() }
    }
}
