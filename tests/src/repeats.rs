//! Sends every POST of a test again under its idempotency key, and sees that it was done once.

use crate::{Answer, Call};
use regulars_api::openapi::{UNKEPT, operations};
use regulars_store::{Befall, Mishap};
use std::{
    collections::BTreeSet,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

/// What it is that has a POST sent again.
pub enum How {
    /// Impatience.
    InTurn(Rows),
    /// Two clicks.
    AtOnce,
    /// A commit that was lost, and then one that nobody heard of.
    AfterMishaps(Arc<Strike>, Rows),
}

/// All rows there are, as text: they must be the same before what is sent again and after.
pub type Rows = Box<dyn Fn() -> String + Send + Sync>;

pub struct Repeats {
    how: How,
    sent: AtomicU32,
    posts: Mutex<BTreeSet<String>>,
}

/// Befalls the next commit.
#[derive(Debug, Default)]
pub struct Strike(Mutex<Option<Mishap>>);

impl Repeats {
    pub fn new(how: How) -> Repeats {
        Repeats { how, sent: AtomicU32::new(0), posts: Mutex::default() }
    }

    /// Routes that keep keys, and that no POST went to.
    pub fn left_out(&self) -> Vec<String> {
        let posts = lock(&self.posts);
        let routes = operations().into_iter().filter(|own| own.method == "POST");
        let kept = routes.map(|own| own.path).filter(|path| !UNKEPT.contains(&path.as_str()));
        kept.filter(|route| !posts.iter().any(|path| is_of(path, route))).collect()
    }

    #[track_caller]
    pub(crate) fn send(&self, call: Call<'_>) -> Answer {
        let path = call.path().to_owned();
        if UNKEPT.contains(&path.as_str()) {
            return once(&call);
        }
        let key = format!("repeat-{}", self.sent.fetch_add(1, Ordering::SeqCst));
        let call = call.header("idempotency-key", &key);
        let first = match &self.how {
            How::InTurn(rows) => in_turn(&call, rows),
            How::AtOnce => at_once(&call),
            How::AfterMishaps(strike, rows) => after_mishaps(&call, &path, strike, rows),
        };
        if first.status < 300 {
            lock(&self.posts).insert(path);
        }
        first
    }
}

fn once(call: &Call<'_>) -> Answer {
    call.clone().alone().send()
}

fn in_turn(call: &Call<'_>, rows: &Rows) -> Answer {
    let first = once(call);
    if first.status >= 300 {
        return first;
    }
    let before = rows();
    assert_same(&first, &once(call));
    once(&call.clone().with_more_body()).refused(422, "idempotency_key_reused");
    let mut differences = differences(&before, &rows());
    if call.path() == "/v1/events" {
        // Meanwhile the engine may set a plugin aside that failed there.
        let of_plugin = ["meta ", "plugin ", "plugin_settings "];
        differences.retain(|row| !of_plugin.iter().any(|table| row.starts_with(table)));
        differences.retain(|row| !row.contains("\"automatic\""));
    }
    assert_eq!(differences, Vec::<String>::new(), "{first:?}");
    first
}

fn at_once(call: &Call<'_>) -> Answer {
    let (one, other) = thread::scope(|scope| {
        let other = scope.spawn(|| once(call));
        (once(call), other.join().expect("an answer"))
    });
    let (first, second) = if one.status < 300 { (one, other) } else { (other, one) };
    if first.status < 300 {
        assert_same(&first, &second);
    }
    first
}

fn after_mishaps(call: &Call<'_>, path: &str, strike: &Strike, rows: &Rows) -> Answer {
    let mishaps: &[Mishap] = match path.rsplit('/').next() {
        // How a plugin fared is counted when the commit is heard of. The simulation plays these.
        Some("events" | "customers") => &[],
        // The secret would be lost with the answer; and what is run again is entered when it begins.
        Some("keys" | "staff" | "password" | "member-token" | "rerun") => &[Mishap::Lost],
        _ => &[Mishap::Lost, Mishap::Unanswered],
    };
    for mishap in mishaps {
        *lock(&strike.0) = Some(*mishap);
        let answer = once(call);
        *lock(&strike.0) = None;
        if answer.status != 503 {
            return answer;
        }
    }
    if !mishaps.contains(&Mishap::Unanswered) {
        return once(call);
    }
    let (before, answer) = (rows(), once(call));
    assert_eq!(differences(&before, &rows()), Vec::<String>::new(), "{answer:?}");
    answer
}

/// Byte for byte, or all but the secret, where there was one.
#[track_caller]
fn assert_same(first: &Answer, second: &Answer) {
    if second.json["code"] == "secret_shown_once" {
        let mut made = first.json.clone();
        let members = made.as_object_mut().expect("an object");
        let secrets = ["key", "password", "token"].map(|name| members.remove(name));
        let secret = secrets.into_iter().flatten().next().expect("a secret");
        assert_eq!((second.status, second.at("/made")), (409, &made));
        assert!(!second.body.contains(secret.as_str().expect("a text")), "{}", second.body);
        return;
    }
    let told = |answer: &Answer| {
        let headers = ["etag", "location"].map(|name| answer.header(name).to_owned());
        (answer.status, answer.body.clone(), headers)
    };
    assert_eq!(told(first), told(second));
    let has_secret = ["key", "token"].iter().any(|name| first.json.get(name).is_some());
    assert!(!has_secret, "a secret is kept: {first:?}");
}

fn differences(before: &str, after: &str) -> Vec<String> {
    let [before, after] = [before, after].map(|text| text.lines().collect::<BTreeSet<_>>());
    before.symmetric_difference(&after).map(ToString::to_string).collect()
}

fn is_of(path: &str, route: &str) -> bool {
    let (path, route) = (path.split('/'), route.split('/'));
    path.clone().count() == route.clone().count()
        && path.zip(route).all(|(own, part)| part.starts_with('{') || own == part)
}

impl Befall for Strike {
    fn before_writing(&self) -> Pin<Box<dyn Future<Output = Mishap> + Send + '_>> {
        Box::pin(async { Mishap::None })
    }

    fn at_commit(&self) -> Mishap {
        lock(&self.0).take().unwrap_or(Mishap::None)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
