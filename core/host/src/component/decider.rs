//! Asking a component. The verdict on a row is always that of a batch of one: a batch runs under
//! the limits of a single row, and one that fails is halved until the culprit stands alone.

use super::{
    abi,
    engine::{DEADLINE_TICKS, Limits},
    guest::{Guest, TABLE_ELEMENTS_MAX},
};
use crate::sentences::{self, in_its_words};
use regulars_model::{
    Call, Decider, Decision, Fault, PluginFault, Row, Value,
    decide::{PluginFaultCode, Used},
    limits,
    wire::Layout,
};
use std::{sync::Arc, thread, time::Duration};
use wasmtime::{Engine, PoolConcurrencyLimitError, Store, Trap};

pub(crate) struct ComponentDecider {
    plugin: Arc<str>,
    layout: Layout,
    engine: Engine,
    limits: Limits,
    pre: abi::PluginPre<Guest>,
}

type Verdict = Result<Decision, PluginFault>;

/// One row in so many is asked again, alone.
const CHECKED_ONE_IN: u64 = 256;
const WAIT_FOR_SLOT: Duration = Duration::from_millis(1);

impl ComponentDecider {
    pub(super) fn new(
        plugin: &str,
        layout: Layout,
        engine: Engine,
        limits: Limits,
        pre: abi::PluginPre<Guest>,
    ) -> ComponentDecider {
        ComponentDecider { plugin: plugin.into(), layout, engine, limits, pre }
    }

    fn decide_all(&self, call: &Call, used: &mut Used) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(call.rows.len());
        for rows in call.rows.chunks(limits::BATCH_ROWS_MAX) {
            self.decide_batch(&call.settings, rows, &mut verdicts, used);
        }
        verdicts
    }

    fn decide_batch(
        &self,
        settings: &[Arc<[Value]>],
        rows: &[Row],
        verdicts: &mut Vec<Verdict>,
        used: &mut Used,
    ) {
        match self.ask(settings, rows, used) {
            Ok(decisions) => {
                verdicts.extend(decisions);
                self.check_alone(settings, rows, verdicts);
            }
            Err(fault) if rows.len() == 1 => verdicts.push(Err(fault)),
            Err(_) => {
                let (first, second) = rows.split_at(rows.len() / 2);
                self.decide_batch(settings, first, verdicts, used);
                self.decide_batch(settings, second, verdicts, used);
            }
        }
    }

    /// A guest that lets one row's answer depend on another's is found out.
    fn check_alone(&self, settings: &[Arc<[Value]>], rows: &[Row], verdicts: &mut [Verdict]) {
        if rows.len() < 2 {
            return;
        }
        let first = verdicts.len() - rows.len();
        for (row, verdict) in rows.iter().zip(&mut verdicts[first..]) {
            if !is_checked(row) {
                continue;
            }
            let alone = self.ask(settings, std::slice::from_ref(row), &mut Used::default());
            let alone = alone.and_then(|mut one| one.pop().unwrap_or(Ok(Decision::default())));
            if alone != *verdict {
                let code = PluginFaultCode::NotDeterministic;
                *verdict = Err(PluginFault::new(code, sentences::differs_alone()));
            }
        }
    }

    fn ask(
        &self,
        settings: &[Arc<[Value]>],
        rows: &[Row],
        used: &mut Used,
    ) -> Result<Vec<Verdict>, PluginFault> {
        let mut encoded = self.layout.encode_rows(settings, rows);
        let call = abi::call(&mut encoded);
        let answer = self.run(used, |store, plugin| {
            plugin.regulars_plugin_rules().call_decide(store, &call).map(abi::answer)
        })?;
        abi::give_back(&mut encoded, call);
        self.layout.decode_rows(rows.len(), &encoded, answer)
    }

    fn run<T>(
        &self,
        used: &mut Used,
        ask: impl FnOnce(&mut Store<Guest>, &abi::Plugin) -> wasmtime::Result<T>,
    ) -> Result<T, PluginFault> {
        let (mut store, plugin) = loop {
            let mut store = self.store()?;
            match self.pre.instantiate(&mut store) {
                Ok(plugin) => break (store, plugin),
                // Every instance is in use; each is held for milliseconds.
                Err(error) if error.is::<PoolConcurrencyLimitError>() => {
                    thread::sleep(WAIT_FOR_SLOT)
                }
                Err(error) => return Err(failure(&error, store.data())),
            }
        };
        let asked = ask(&mut store, &plugin);
        count(&store, used);
        let guest = store.data();
        if !guest.log.is_empty() {
            tracing::debug!(plugin = &*self.plugin, log = guest.log, "plugin logged");
        }
        asked.map_err(|error| failure(&error, guest))
    }

    fn store(&self) -> Result<Store<Guest>, PluginFault> {
        let mut store = Store::new(&self.engine, Guest::default());
        if self.limits == Limits::Off {
            return Ok(store);
        }
        store.limiter(|guest| guest);
        store.set_hostcall_fuel(limits::ANSWER_BYTES_MAX);
        store.set_epoch_deadline(DEADLINE_TICKS);
        let fuelled = store.set_fuel(limits::FUEL_PER_CALL);
        fuelled.map_err(|error| failure(&error, store.data()))?;
        Ok(store)
    }
}

impl Decider for ComponentDecider {
    fn decide(&self, call: &Call) -> Vec<Verdict> {
        self.decide_all(call, &mut Used::default())
    }

    fn decide_measured(&self, call: &Call) -> (Vec<Verdict>, Used) {
        let mut used = Used::default();
        (self.decide_all(call, &mut used), used)
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        let mut encoded = self.layout.encode_settings(settings);
        let call = abi::call(&mut encoded);
        let complaints = self.run(&mut Used::default(), |store, plugin| {
            plugin.regulars_plugin_rules().call_check_settings(store, &call).map(abi::complaints)
        })?;
        abi::give_back(&mut encoded, call);
        self.layout.decode_complaints(&encoded, complaints)
    }
}

fn count(store: &Store<Guest>, used: &mut Used) {
    if let Ok(left) = store.get_fuel() {
        let burnt = limits::FUEL_PER_CALL.saturating_sub(left);
        used.fuel = Some(used.fuel.unwrap_or(0) + burnt);
    }
    used.memory_bytes = used.memory_bytes.max(Some(store.data().memory_bytes));
}

/// Chosen by what the row says, so that the same row is chosen again; not worth a real hash.
fn is_checked(row: &Row) -> bool {
    let mix = |hash: u64, word: i64| {
        (hash ^ word.cast_unsigned()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    };
    let numbers = row.inputs.iter().filter_map(Value::as_int);
    numbers.fold(mix(0, row.now.0), mix) % CHECKED_ONE_IN == 0
}

fn failure(error: &wasmtime::Error, guest: &Guest) -> PluginFault {
    let trap = error.downcast_ref::<Trap>();
    let last_words =
        || guest.last_words().map_or_else(|| error.root_cause().to_string(), str::to_owned);
    let (code, said) = match trap {
        Some(Trap::OutOfFuel) => {
            (PluginFaultCode::OutOfFuel, sentences::used_up_fuel(limits::FUEL_PER_CALL))
        }
        Some(Trap::Interrupt) => (PluginFaultCode::TimedOut, sentences::ran_for_seconds()),
        _ if guest.out_of_memory => {
            let (memory, table) = (limits::MEMORY_BYTES_MAX >> 20, TABLE_ELEMENTS_MAX);
            (PluginFaultCode::OutOfMemory, sentences::asked_for_memory(memory, table))
        }
        Some(Trap::StackOverflow) => {
            (PluginFaultCode::LimitExceeded, sentences::nests_too_deeply())
        }
        Some(_) => (PluginFaultCode::Panicked, in_its_words(last_words(), sentences::panicked)),
        None => {
            let words = error.root_cause().to_string();
            (PluginFaultCode::InvalidAnswer, in_its_words(words, sentences::answer_not_taken))
        }
    };
    PluginFault::new(code, said.brief())
}
