//! The rule on the author's machine: the same words in and out as in a component, without one.

use crate::run::{self, Rules};
use regulars_model::{
    Call, Decider, Decision, Fault, Manifest, PluginFault, Value,
    decide::PluginFaultCode,
    text::Bilingual,
    wire::{self, Layout},
};
use regulars_rules::scenario;
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

/// What `native()` gives.
pub struct NativePlugin {
    manifest: Arc<Manifest>,
    layout: Layout,
    decide: fn(&wire::Call) -> wire::Answer,
    check_settings: fn(&wire::Call) -> wire::Complaints,
}

impl NativePlugin {
    #[doc(hidden)]
    pub fn new<R: Rules>(manifest: &str) -> NativePlugin {
        let manifest = Manifest::parse(manifest).expect("plugin! has read the same manifest");
        NativePlugin {
            layout: Layout::new(&manifest),
            manifest: Arc::new(manifest),
            decide: run::decide::<R>,
            check_settings: run::check_settings::<R>,
        }
    }

    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    /// What is wrong with settings written as JSON, schema and `#[check_settings]` alike, in the
    /// words people are shown. Money is read as CNY.
    pub fn complaints(&self, settings: &str) -> Vec<String> {
        let currency = "CNY".parse().expect("a currency");
        let values = match serde_json::from_str(settings) {
            Ok(json) => self.manifest.read_settings(&json, currency),
            Err(error) => return vec![error.to_string()],
        };
        let faults = match values.map(|values| self.check_settings(&values)) {
            Ok(Ok(faults)) | Err(faults) => faults,
            Ok(Err(fault)) => return vec![fault.to_string()],
        };
        faults.iter().map(ToString::to_string).collect()
    }
}

impl Decider for NativePlugin {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let encoded = self.layout.encode(call);
        match catch(|| (self.decide)(&encoded)) {
            Ok(answer) => self.layout.decode(call, &encoded, answer),
            // The verdict on a row is that of a call of its own, here as in the host.
            Err(fault) if call.rows.len() < 2 => {
                call.rows.iter().map(|_| Err(fault.clone())).collect()
            }
            Err(_) => {
                let alone = call.rows.iter().map(|row| {
                    let rows = vec![row.clone()];
                    self.decide(&Call { settings: call.settings.clone(), rows })
                });
                alone.flatten().collect()
            }
        }
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        let encoded = self.layout.encode_settings(settings);
        let complaints = catch(|| (self.check_settings)(&encoded))?;
        self.layout.decode_complaints(&encoded, complaints)
    }
}

fn catch<T>(rule: impl FnOnce() -> T) -> Result<T, PluginFault> {
    catch_unwind(AssertUnwindSafe(rule)).map_err(|panic| PluginFault {
        code: PluginFaultCode::Panicked,
        message: Bilingual::same(message(&*panic)),
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic")
}

/// Behind [`scenarios!`](crate::scenarios).
#[doc(hidden)]
pub fn assert_scenarios(package: &str, pattern: &str, plugin: NativePlugin) {
    let folder = pattern.strip_suffix("/*.toml").expect("a pattern such as \"scenarios/*.toml\"");
    let manifest = plugin.manifest().clone();
    let folder = Path::new(package).join(folder);
    let decider: Arc<dyn Decider> = Arc::new(plugin);
    scenario::run_path(&folder, &manifest, &decider).assert_passed();
}
