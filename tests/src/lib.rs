//! A whole server for a test: an engine on a database of its own, behind a real port, with a clock
//! moved by hand and a key for each role.

mod call;
mod packs;
mod place;
mod program;
mod recorder;
mod repeats;

pub use call::{Answer, Call};
pub use packs::{pack, publisher};
pub use place::Place;
pub use program::{Client, Program, Server, built_program, with_cargo};
pub use recorder::record;
use regulars_engine::{
    Actor, Engine, Options, Role, Trust, World, import::ImportCustomer, request::KeyDraft,
};
use regulars_model::{Instant, duration::DAY_US, text::Language};
use regulars_store::Store;
pub use repeats::{How, Repeats, Strike};
use serde_json::Value as Json;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, runtime::Runtime};

/// `on_both! { fn name(app) { … } }`: a test on SQLite and one on Postgres. One that takes
/// `(place: Place)` is given the database alone, and starts itself what it tests.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* fn $name:ident($place:ident: Place) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            #[expect(unused_imports, reason = "some bodies stand on their own")]
            use super::*;

            fn test($place: $crate::Place) $body

            #[test]
            fn sqlite() {
                test($crate::Place::sqlite());
            }

            #[test]
            fn postgres() {
                test($crate::Place::postgres());
            }
        }
    )+};
    ($($(#[$doc:meta])* fn $name:ident($app:ident) $body:block)+) => {
        $crate::on_both! {$(
            $(#[$doc])*
            fn $name(place: Place) {
                let $app = &$crate::App::on(place);
                $body
            }
        )+}
    };
}

pub struct App {
    pub engine: Engine,
    pub admin: String,
    pub integration: String,
    /// Customer service.
    pub staff: String,
    base: String,
    agent: ureq::Agent,
    /// What its POSTs go through.
    pub repeats: Option<Repeats>,
    clock: Arc<AtomicI64>,
    phones: AtomicU32,
    // Before the place: what runs must be gone when its database goes.
    runtime: Option<Runtime>,
    place: Arc<Place>,
}

/// Where every clock starts: a Monday noon in Shanghai.
pub const START: &str = "2026-03-02T12:00:00+08:00";

impl App {
    pub fn sqlite() -> App {
        App::on(Place::sqlite())
    }

    /// With the plugins most tests need.
    pub fn on(place: Place) -> App {
        let plugins = vec![root().join("tests/plugins"), root().join("plugins/cafe-frequency")];
        App::start(place, plugins, START.parse().expect("an instant"))
    }

    pub fn start(place: Place, plugins: Vec<PathBuf>, now: Instant) -> App {
        App::trusting(Trust::default(), place, plugins, now)
    }

    /// On a place that another one may be on as well, before it or beside it.
    pub fn trusting(
        trust: Trust,
        place: impl Into<Arc<Place>>,
        plugins: Vec<PathBuf>,
        now: Instant,
    ) -> App {
        let place = place.into();
        let runtime = Runtime::new().expect("a runtime");
        let store = runtime.block_on(Store::open(&place.url())).expect("a database");
        App::over(runtime, store, trust, place, plugins, now)
    }

    /// Where what its POSTs do is sent again.
    pub fn repeating(how: How, trust: Trust, place: Place, plugins: Vec<PathBuf>) -> App {
        let (runtime, url) = (Runtime::new().expect("a runtime"), place.url());
        let store = runtime.block_on(async {
            match &how {
                How::AfterMishaps(strike, _) => Store::open_with(&url, strike.clone()).await,
                How::InTurn(_) | How::AtOnce => Store::open(&url).await,
            }
        });
        let (store, now) = (store.expect("a database"), START.parse().expect("an instant"));
        let mut app = App::over(runtime, store, trust, place.into(), plugins, now);
        app.repeats = Some(Repeats::new(how));
        app
    }

    fn over(
        runtime: Runtime,
        store: Store,
        trust: Trust,
        place: Arc<Place>,
        plugins: Vec<PathBuf>,
        now: Instant,
    ) -> App {
        let (world, clock) = World::at(now);
        let options = Options { database: place.url(), plugins, cache: None, trust, world };
        let engine = runtime.block_on(Engine::open_on(store, options)).expect("an engine");
        let key = |role| runtime.block_on(make_key(&engine, role, &[]));
        let [admin, integration, staff] =
            [Role::Admin, Role::Integration, Role::CustomerService].map(key);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        runtime.spawn(regulars_api::serve(listener, engine.clone(), std::future::pending()));
        App {
            engine,
            admin,
            integration,
            staff,
            base,
            agent: call::agent(),
            repeats: None,
            clock,
            phones: AtomicU32::new(0),
            runtime: Some(runtime),
            place,
        }
    }

    pub fn place(&self) -> Arc<Place> {
        self.place.clone()
    }

    /// Its address behind another port, where headers must come within so long.
    pub fn serve_within(&self, headers: Duration) -> String {
        let runtime = self.runtime.as_ref().expect("it is running");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let engine = self.engine.clone();
        runtime.spawn(regulars_api::serve_within(
            listener,
            engine,
            headers,
            std::future::pending(),
        ));
        address
    }

    /// A key of this role, for these units.
    pub fn key(&self, role: Role, units: &[&str]) -> String {
        let runtime = self.runtime.as_ref().expect("it is running");
        runtime.block_on(make_key(&self.engine, role, units))
    }

    /// A request with the administrator's key.
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        let call = Call::new(&self.agent, method, format!("{}{path}", self.base));
        call.key(&self.admin).repeated(self.repeats.as_ref())
    }

    /// Where it listens, for what a client would never send.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    pub fn post(&self, path: &str, body: Json) -> Answer {
        self.call("POST", path).json(body).send()
    }

    pub fn put(&self, path: &str, body: Json) -> Answer {
        self.call("PUT", path).json(body).send()
    }

    pub fn now(&self) -> Instant {
        Instant(self.clock.load(Ordering::SeqCst))
    }

    /// Moves the clock on, and has everything decided that is due by then.
    pub fn advance_days(&self, days: i64) {
        self.advance(days * DAY_US);
    }

    pub fn advance(&self, micros: i64) {
        self.advance_clock(micros);
        self.decide_due();
    }

    /// Moves the clock on, and leaves what is due by then to whoever comes first.
    pub fn advance_clock(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::SeqCst);
    }

    pub fn leap_days(&self, days: i64) {
        self.advance_clock(days * DAY_US);
    }

    pub fn decide_due(&self) {
        let runtime = self.runtime.as_ref().expect("it is running");
        while runtime.block_on(self.engine.decide_due()).expect("decided") > 0 {}
    }

    /// What the engine does without a request.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.as_ref().expect("it is running").block_on(work)
    }

    /// History brought in from a file, on to now.
    pub fn import(&self, customers: Vec<ImportCustomer>) {
        let runtime = self.runtime.as_ref().expect("it is running");
        let events = customers.iter().map(|customer| customer.events.len() as u64).sum::<u64>();
        let imported = runtime.block_on(async {
            let decided = self.engine.decide_import(customers, self.now()).await.expect("decided");
            self.engine.commit_import(decided).await.expect("committed")
        });
        assert_eq!(imported.events, events, "{:?}", imported.rejected);
    }

    /// A phone number nobody else in this test has.
    pub fn phone(&self) -> Json {
        let number = self.phones.fetch_add(1, Ordering::SeqCst);
        serde_json::json!({"kind": "phone", "value": format!("138{number:08}")})
    }

    /// Id of a new customer who has only a phone.
    pub fn customer(&self) -> String {
        let body = serde_json::json!({"identities": [self.phone()]});
        self.post("/v1/customers", body).expect(201).text("/id")
    }

    /// A purchase at the till, amount in fen; what was recorded.
    pub fn purchase(&self, customer: &str, source_id: &str, amount: i64) -> Json {
        let body = serde_json::json!({
            "customer": {"id": customer}, "kind": "purchase", "amount": amount, "currency": "CNY",
            "source": "till", "source_id": source_id,
        });
        self.post("/v1/events", body).expect(201).json
    }
}

async fn make_key(engine: &Engine, role: Role, units: &[&str]) -> String {
    let ctx = engine.context(Actor::operator(), Language::English, None);
    let units = units.iter().map(ToString::to_string).collect();
    let draft = KeyDraft { name: "test".to_owned(), role, units, actions: None, expires_at: None };
    engine.create_key(&ctx, draft).await.expect("a key").key
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(self.engine.close());
        }
    }
}

/// The plugins that are shipped.
pub fn shipped_plugins() -> Vec<PathBuf> {
    vec![root().join("plugins")]
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder that holds tests/")
}
