//! Rules as WebAssembly components: that they answer, and what a folder and the cache may hold. What a
//! guest can not do is in `hostile`.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod guest;
mod sample;

use guest::{healthy, manifest};
use regulars_host::{Host, HostOptions};
use regulars_model::{Decision, Effect, PluginFault};
use sample::{call, row};

fn host() -> Host {
    Host::new(HostOptions::default()).unwrap()
}

fn is_vip(verdict: &Result<Decision, PluginFault>) -> bool {
    let tag = Effect::AddTag { tag: "vip".into() };
    verdict.as_ref().is_ok_and(|decision| decision.effects.iter().all(|one| one.effect == tag))
}

#[test]
fn a_wrapped_module_answers() {
    let plugin = host().load_component(&healthy()).unwrap();
    assert_eq!(plugin.manifest.id, "sample");
    let verdicts = plugin.decider.decide(&call((10..700).map(row).collect()));
    assert_eq!(verdicts.len(), 690);
    assert!(verdicts.iter().all(is_vip), "{:?}", verdicts.iter().find(|one| !is_vip(one)));
    let settings = call(Vec::new()).settings.remove(0);
    let faults = plugin.decider.check_settings(&settings).unwrap();
    assert_eq!((&*faults[0].pointer, &*faults[0].message.en), ("/high_from", "Because."));
}

#[test]
fn a_folder_must_hold_what_was_built_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("plugin.toml", manifest().as_bytes());
    let missing = host().load_folder(folder.path()).unwrap_err().to_string();
    assert!(missing.contains("sample.wasm"), "{missing}");
    write("sample.wasm", &healthy());
    assert!(host().load_folder(folder.path()).is_ok());
    write(
        "plugin.toml",
        manifest().replace("version = \"1.0.0\"", "version = \"1.0.1\"").as_bytes(),
    );
    let differs = host().load_folder(folder.path()).unwrap_err().to_string();
    assert!(differs.contains("build it again"), "{differs}");
}

#[test]
fn the_cache_is_private_and_only_a_cache() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("compiled");
    let bytes = healthy();
    let load = || {
        let host = Host::new(HostOptions { cache: Some(cache.clone()) }).unwrap();
        let plugin = host.load_component(&bytes).unwrap();
        assert!(plugin.decider.decide(&call(vec![row(100)])).iter().all(is_vip));
    };
    let files = || -> Vec<_> {
        std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    load();
    let kept = files();
    assert_eq!(kept.len(), 1);
    assert_eq!(std::fs::metadata(&kept[0]).unwrap().mode() & 0o777, 0o600);
    let written = std::fs::metadata(&kept[0]).unwrap().modified().unwrap();
    load();
    assert_eq!(std::fs::metadata(&kept[0]).unwrap().modified().unwrap(), written);
    // What others may write is not trusted, and what is damaged is made again.
    std::fs::set_permissions(&kept[0], std::fs::Permissions::from_mode(0o666)).unwrap();
    load();
    assert_eq!(std::fs::metadata(&kept[0]).unwrap().mode() & 0o777, 0o600);
    std::fs::write(&kept[0], b"damaged").unwrap();
    load();
    assert!(std::fs::metadata(&kept[0]).unwrap().len() > 1_000);
    assert_eq!(files(), kept);
}
