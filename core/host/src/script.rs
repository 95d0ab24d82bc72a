//! Rules as Rhai scripts.
//!
//! A script mirrors `sdk/wit/v1/plugin.wit` in snake_case and has one function, a second if it likes:
//!
//! ```rhai
//! fn decide(call, out) {
//!     let visits = call.inputs.visits_7d;
//!     if visits.is_from(call.settings.high_from) {
//!         out.set_field("band", "high").because("band_by_visits", [visits, "high"]);
//!     }
//! }
//!
//! fn check_settings(settings, out) {
//!     if settings.low_from >= settings.high_from {
//!         out.complain("low_from").because("thresholds_out_of_order");
//!     }
//! }
//! ```
//!
//! **`call`** has `cause` (`"event"`, `"wake"`, `"expiry"`, `"settings"`), `name` (the event's kind or
//! the wake's key), `now` and `offset_seconds`, and by their names in the manifest `settings`,
//! `inputs`, `customer` and `event`. Where a name has `.` or `-` it is written with `_`
//! (`consent.marketing` is `call.customer.consent_marketing`), and a field of the plugin itself
//! without its prefix (`call.customer.band`). Instants and durations are integers in microseconds;
//! `days(7)`, `hours(2)`, `minutes(5)` make some. What is not known is `()`.
//!
//! **Tables** are looked up by key: `call.tables.families[sku]` is a row by the names of its columns, or
//! `()`.
//!
//! **Comparisons** `x.is(y)`, `is_not`, `is_over`, `is_from` (at least), `is_under`, `is_up_to` (at
//! most) on an input, a customer read, an event read or `call.now` go on record as conditions,
//! false ones too, with the setting where `y` is one. Ordinary operators compare without a record.
//! With `()` on either side nothing is over, under, from or up to.
//!
//! **`out`** takes the effects, each with its reason:
//!
//! ```rhai
//! out.set_field("band", "low").because("text", [value, value]);   // one value per `args` of the text
//! out.clear_field("band").because("text");
//! out.add_tag("vip").because("text");
//! out.remove_tag("vip").because("text");
//! out.set_lifecycle("lead").because("text");
//! out.wake("newcomer", call.now + days(14));                      // needs no reason
//! out.cancel_wake("newcomer");
//! out.task("thank-you-call", `rise-${call.now}`)
//!     .title("call_title", [value]).due_at(call.now + days(2)).assignee("assigned-staff")
//!     .because("text");
//! out.message("offer", `offer-${call.now}`)
//!     .variables(#{ visits: 3 }).not_before(call.now).expires_at(call.now + days(7))
//!     .because("text");
//! out.append_event("card-full", `card-${call.now}`)
//!     .amount(1200).data(#{ cups: 9 })                           // as declared
//!     .because("text");
//! log("kept with the decision");
//! ```
//!
//! `assignee` is `"home-store"` unless given, `not_before` is now. There is no other clock, no
//! randomness, no closure that captures, no module and no `print`.

mod bounded;
mod call;
mod check;
mod compare;
mod draft;
pub(crate) mod engine;
mod fault;
mod heap;
mod lint;
pub(crate) mod meter;
mod once;
mod out;
mod sentences;
mod table;

pub(crate) use lint::lint;

use crate::{LoadError, load::ScriptError};
use call::CallMaps;
use draft::{Draft, Mode, Slate};
use fault::Script;
use out::Out;
use regulars_model::{
    Call, Decider, Decision, Fault, Manifest, PluginFault, Value, decide::Used, limits,
    wire::Layout,
};
use rhai::{AST, CallFnOptions, Dynamic, Scope};
use std::sync::Arc;

pub(crate) struct ScriptDecider {
    plugin: Arc<str>,
    file: Arc<str>,
    source: Arc<str>,
    ast: AST,
    layout: Arc<Layout>,
    maps: CallMaps,
    checks_settings: bool,
}

impl ScriptDecider {
    pub(crate) fn load(manifest: &Manifest, source: &str) -> Result<ScriptDecider, LoadError> {
        if source.len() > limits::SCRIPT_BYTES_MAX {
            let (found, most) = (source.len(), limits::SCRIPT_BYTES_MAX);
            return Err(LoadError::TooLarge { found, most });
        }
        let at =
            |error: ScriptError| LoadError::Script(Box::new(error.of(&manifest.entry, source)));
        let ast = engine::rules().compile(source).map_err(|error| at(fault::compile(&error)))?;
        let layout = Arc::new(Layout::new(manifest));
        let maps = CallMaps::new(&manifest.id, &layout).map_err(LoadError::of)?;
        check::check(&ast, &layout, &maps).map_err(at)?;
        let checks_settings = check::has(&ast, "check_settings");
        let (plugin, file) = (manifest.id.as_str().into(), manifest.entry.as_str().into());
        let source = source.into();
        Ok(ScriptDecider { plugin, file, source, ast, layout, maps, checks_settings })
    }

    fn run(&self, slate: &Slate, name: &str, subject: Dynamic) -> Result<(), PluginFault> {
        let options = CallFnOptions::new().eval_ast(false).with_tag(slate.clone());
        let args = (subject, Dynamic::from(Out));
        let (ran, over) = meter::run(|| {
            let mut scope = Scope::new();
            engine::rules()
                .call_fn_with_options::<Dynamic>(options, &mut scope, &self.ast, name, args)
        });
        slate.log(&self.plugin);
        let given = slate.fault().or(over);
        match ran {
            Ok(_) => given.map_or(Ok(()), Err),
            Err(error) => {
                let (file, source, ast) = (&self.file, &self.source, &self.ast);
                let script = Script { file, source, ast, function: name };
                Err(fault::run(*error, given, &script))
            }
        }
    }
}

impl Decider for ScriptDecider {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let settings: Vec<_> =
            call.settings.iter().map(|values| self.maps.settings(values)).collect();
        let tables: Vec<_> = call.settings.iter().map(|values| self.maps.tables(values)).collect();
        let slate = Slate::new(Draft::new(Arc::clone(&self.layout)));
        once::ask(&call.rows, |row| {
            let settings = settings.get(row.settings).cloned().unwrap_or_default();
            let tables = tables.get(row.settings).cloned().unwrap_or_default();
            slate.begin(Mode::Decide { now: row.now });
            self.run(&slate, "decide", Dynamic::from_map(self.maps.row(row, settings, tables)))?;
            slate.finish()
        })
    }

    fn decide_measured(&self, call: &Call) -> (Vec<Result<Decision, PluginFault>>, Used) {
        let mut used = Used::default();
        let rows = call.rows.iter().map(|row| {
            let alone = Call { settings: call.settings.clone(), rows: vec![row.clone()] };
            let answers = self.decide(&alone);
            used.fuel = Some(used.fuel.unwrap_or(0) + meter::operations());
            answers
        });
        let answers = rows.collect::<Vec<_>>();
        (answers.into_iter().flatten().collect(), used)
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        if !self.checks_settings {
            return Ok(Vec::new());
        }
        let slate = Slate::new(Draft::new(Arc::clone(&self.layout)));
        slate.begin(Mode::CheckSettings);
        self.run(&slate, "check_settings", Dynamic::from_map(self.maps.settings(settings)))?;
        slate.complaints()
    }
}
