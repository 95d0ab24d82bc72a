//! Whatever is loaded is refused with a sentence, or is a plugin that can be asked: no panic, not for
//! long, not with much memory. A failure names its seed; `REGULARS_FUZZ=SEED` runs that one alone, and
//! `REGULARS_FUZZ=FIRST..END` as many as wanted.

use crate::{
    HOST,
    damage::{Numbers, damage},
    guest::{healthy, manifest},
    memory,
    sample::{MANIFEST, call, row},
};
use regulars_host::{
    LoadError, Plugin,
    pack::{Pack, PrivateKey, pack_folder},
};
use regulars_model::{
    Call, Cause, Instant, Row, Value, said::is_chinese, text::Language, wire::Layout,
};
use std::{
    env, fs,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
    time::{Duration, Instant as Clock},
};

const SEEDS: Range<u64> = 0..3_000;
/// Of one case, on a machine busy with other things: what takes seconds alone would take minutes.
const LONGEST: Duration = Duration::from_secs(60);
const MEMORY_BYTES: u64 = 256 << 20;

/// Something of everything a script may say.
const SCRIPT: &str = r##"
fn decide(call, out) {
    let seen = [];
    for (category, index) in call.inputs.categories {
        if category.len() > 3 && index < 64 { seen += [`${category}-${index}`]; }
    }
    let facts = #{ visits: call.inputs.visits, names: seen.map(|name| name.to_upper()) };
    facts.names.sort(|a, b| a < b);
    let band = switch call.inputs.visits { 0..3 => "low", _ => "high" };
    if call.inputs.visits.is_from(call.settings.high_from) || call.customer.band.is("low") {
        out.set_field("band", band).because("by_visits", [facts.visits, call.settings.high_from]);
        out.add_tag("vip").because("plain");
    }
    while seen.len() > 0 { seen.pop(); }
    try { if call.cause == "wake" { throw "asked early" } } catch (error) { log(error); }
    out.task("call-back", "t").title("plain").due_at(call.now + days(2)).because("plain");
    out.message("offer", text("m", 3)).variables(#{ visits: 1 }).because("plain");
    out.points("stars", "p", -1).because("plain");
    out.wake("w", call.now + days(1));
}
fn text(start, times) {
    let whole = start;
    do { whole += "x"; times -= 1; } while times > 0;
    whole.replace("x", "é");
    whole
}
fn check_settings(settings, out) {
    if settings.high_from < 1 || settings.steps.some(|step| step.kind == "task") {
        out.complain("high_from").because("plain");
    }
}
"##;

/// Good plugins, each of another kind.
struct Corpus {
    component: Vec<u8>,
    packs: [Vec<u8>; 3],
}

#[test]
fn what_is_damaged_is_refused_or_can_be_asked() {
    if !memory::alone("fuzz::what_is_damaged_is_refused_or_can_be_asked") {
        return;
    }
    let corpus = Corpus::new();
    let script = HOST.load_script(MANIFEST, SCRIPT).unwrap_or_else(|error| panic!("{error}"));
    script.decider.decide(&call(vec![row(5)])).remove(0).unwrap();
    let before = memory::peak();
    let (done, case) = mpsc::channel();
    let cases = thread::spawn(move || {
        for seed in seeds() {
            let ran = catch_unwind(AssertUnwindSafe(|| corpus.run(seed)));
            if done.send((seed, ran.ok())).is_err() {
                return;
            }
        }
    });
    let (mut next, mut asked) = (seeds().start, 0);
    let began = Clock::now();
    while next < seeds().end {
        match case.recv_timeout(LONGEST) {
            Ok((_, Some(loaded))) => asked += usize::from(loaded),
            Ok((seed, None)) => panic!("REGULARS_FUZZ={seed} panics"),
            Err(_) => panic!("REGULARS_FUZZ={next} has no end"),
        }
        next += 1;
    }
    cases.join().unwrap();
    let more = memory::peak() - before;
    let (cases, took) = (seeds().count(), began.elapsed());
    println!("{cases} cases, {asked} could be asked; {took:?}, {} KiB more", more >> 10);
    assert!(cases < 1_000 || asked > cases / 50, "damage so bad shows nothing: {asked} of {cases}");
    assert!(more < MEMORY_BYTES, "{more} bytes more were needed");
}

fn seeds() -> Range<u64> {
    let Ok(text) = env::var("REGULARS_FUZZ") else { return SEEDS };
    match text.split_once("..") {
        Some((first, end)) => first.parse().unwrap()..end.parse().unwrap(),
        None => {
            let seed = text.parse().unwrap();
            seed..seed + 1
        }
    }
}

impl Corpus {
    fn new() -> Corpus {
        let component = healthy();
        let key = PrivateKey::new("acme", [7; 32]).unwrap();
        let packs = [
            pack(MANIFEST, "sample.rhai", SCRIPT.as_bytes(), None),
            pack(MANIFEST, "sample.rhai", SCRIPT.as_bytes(), Some(&key)),
            pack(&manifest(), "sample.wasm", &component, None),
        ];
        Corpus { component, packs }
    }

    /// Whether it could be loaded.
    fn run(&self, seed: u64) -> bool {
        let mut numbers = Numbers(seed);
        let kind = numbers.below(8);
        let subject: &[u8] = match kind {
            0..=2 => &self.component,
            3 => MANIFEST.as_bytes(),
            4 | 5 => SCRIPT.as_bytes(),
            6 => &self.packs[numbers.below(3)],
            _ => &numbers.bytes(300),
        };
        let mut bytes = subject.to_vec();
        let other = [&self.component, MANIFEST.as_bytes(), SCRIPT.as_bytes()];
        damage(&mut bytes, other[numbers.below(3)], &mut numbers);
        match kind {
            0..=2 => judge(HOST.load_component(&bytes)),
            3 => judge(HOST.load_script(&String::from_utf8_lossy(&bytes), SCRIPT)),
            4 | 5 => judge(HOST.load_script(MANIFEST, &String::from_utf8_lossy(&bytes))),
            6 => judge(Pack::read(&bytes).and_then(|pack| HOST.load_pack(&pack))),
            _ => {
                let begun = [b"\0asm\x0d\0\x01\0", &bytes[..]].concat();
                judge(HOST.load_packed(&bytes)) | judge(HOST.load_component(&begun))
            }
        }
    }
}

fn judge(loaded: Result<Plugin, LoadError>) -> bool {
    let plugin = match loaded {
        Ok(plugin) => plugin,
        Err(error) => {
            assert!(is_chinese(&error.write(Language::Chinese)), "{error}");
            let sentence = error.to_string();
            assert!((1..12_000).contains(&sentence.len()), "{sentence}");
            return false;
        }
    };
    let layout = Layout::new(&plugin.manifest);
    let settings = vec![Value::Null; layout.settings.len()];
    let _ = plugin.decider.check_settings(&settings);
    let nothing = |count: usize| vec![Value::Null; count];
    let at = |at| Row {
        cause: Cause::Event("purchase".into()),
        now: Instant(at),
        offset_seconds: 0,
        settings: 0,
        inputs: nothing(layout.inputs.len()),
        customer: nothing(layout.customer.len()),
        event: nothing(layout.event.len()),
    };
    let asked = Call { settings: vec![settings.into()], rows: vec![at(1), at(2)] };
    let verdicts = plugin.decider.decide(&asked);
    assert_eq!(verdicts.len(), 2);
    for fault in verdicts.into_iter().filter_map(Result::err) {
        assert!(fault.message.en.len() < 8_000, "{fault}");
    }
    true
}

fn pack(manifest: &str, name: &str, entry: &[u8], key: Option<&PrivateKey>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("scenarios")).unwrap();
    fs::write(folder.path().join("plugin.toml"), manifest).unwrap();
    fs::write(folder.path().join(name), entry).unwrap();
    pack_folder(folder.path(), key).unwrap()
}
