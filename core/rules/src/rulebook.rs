//! Which rules, with which settings, are in force when.

use crate::filter::Filter;
use regulars_model::{
    Currency, Decider, Event, Fault, Instant, Manifest, UnitId, Value,
    canonical::Hash,
    input::{Aggregate, Input, Measure, WindowRef},
    table::Tables,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

/// Every configuration there has been, oldest first. The first is in force since the beginning.
#[derive(Clone, Default)]
pub struct Rulebook {
    pub periods: Vec<Period>,
    /// Asked for with every write, and the rules of every store go into it.
    tail_us: OnceLock<Option<i64>>,
}

#[derive(Clone)]
pub struct Period {
    pub from: Instant,
    pub epoch: i64,
    pub rules: Rules,
    /// Where something else is in force: the rules for customers of these home stores.
    pub at_home: BTreeMap<UnitId, Rules>,
}

/// In the order of the plugins' ids.
pub type Rules = Arc<[Arc<Rule>]>;

impl Period {
    /// The rules for customers of a home store.
    pub fn rules_at(&self, home: Option<UnitId>) -> &[Arc<Rule>] {
        home.and_then(|home| self.at_home.get(&home)).unwrap_or(&self.rules)
    }

    /// Puts another rule in the place of each, wherever it is in force.
    pub fn replace(&mut self, mut by: impl FnMut(&Arc<Rule>) -> Arc<Rule>) {
        self.rules = self.rules.iter().map(&mut by).collect();
        for rules in self.at_home.values_mut() {
            *rules = rules.iter().map(&mut by).collect();
        }
    }

    fn only(&self, plugins: &BTreeSet<String>) -> Period {
        let those = |rules: &Rules| {
            let those = rules.iter().filter(|rule| plugins.contains(rule.id()));
            those.cloned().collect()
        };
        let at_home = self.at_home.iter().map(|(home, rules)| (*home, those(rules)));
        Period { rules: those(&self.rules), at_home: at_home.collect(), ..*self }
    }

    /// Those for everybody first, then those of the home stores that have others.
    pub fn all_rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.iter().chain(self.at_home.values().flat_map(|rules| rules.iter()))
    }
}

/// One plugin with its settings, for as long as a period lasts.
#[derive(Clone)]
pub struct Rule {
    pub manifest: Arc<Manifest>,
    pub hash: Hash,
    pub decider: Arc<dyn Decider>,
    pub settings_version: i64,
    /// Stores whose events it sees; none for all.
    pub stores: Option<BTreeSet<UnitId>>,
    /// It does not run: all that it answers is a fault, and it has nothing to say about coming into
    /// force.
    pub is_silent: bool,
    /// Asked in its place about what it failed to decide before, where it was set aside since.
    pub silenced: Option<Arc<Rule>>,
    /// Names by position, of inputs and of declared reads.
    pub input_names: Vec<Arc<str>>,
    pub customer_reads: Vec<Arc<str>>,
    pub event_reads: Vec<Arc<str>>,
    by_currency: BTreeMap<Currency, Arc<Prepared>>,
    fallback: Arc<Prepared>,
}

/// What somebody decided for a plugin: only what differs from the defaults, and the rows of tables.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub settings: &'a serde_json::Map<String, serde_json::Value>,
    pub tables: &'a Tables,
}

/// Settings and tables read in one currency, and the inputs as they are with those settings.
#[derive(Default)]
pub struct Prepared {
    /// The settings, and after them the tables.
    pub settings: Arc<[Value]>,
    pub inputs: Vec<PreparedInput>,
}

pub struct PreparedInput {
    /// `plugin/input`: the key of its running total in the customer's state.
    pub key: String,
    pub aggregate: Aggregate,
    pub measure: Measure,
    pub events: Vec<String>,
    /// Microseconds; none for lifetime.
    pub window: Option<i64>,
    pub filters: Vec<Filter>,
}

impl PreparedInput {
    /// Whether a running total in the customer's state answers it without history.
    pub fn is_running(&self) -> bool {
        self.window.is_none() && self.aggregate != Aggregate::Days
    }

    pub fn counts_kind(&self, kind: &str) -> bool {
        self.events.iter().any(|own| own == kind)
    }

    /// The same of the same events, over whatever window.
    pub fn counts_alike(&self, other: &PreparedInput) -> bool {
        self.aggregate == other.aggregate
            && self.measure == other.measure
            && self.events == other.events
            && self.filters == other.filters
    }
}

impl Rule {
    /// `settings` are read once per currency of the organisation's units. All tables are empty.
    pub fn new(
        manifest: Arc<Manifest>,
        hash: Hash,
        decider: Arc<dyn Decider>,
        settings_version: i64,
        settings: &serde_json::Map<String, serde_json::Value>,
        currencies: &[Currency],
        stores: Option<BTreeSet<UnitId>>,
    ) -> Result<Rule, Vec<Fault>> {
        let given = Given { settings, tables: &Tables::new() };
        Rule::with(manifest, hash, decider, settings_version, given, currencies, stores)
    }

    pub fn with(
        manifest: Arc<Manifest>,
        hash: Hash,
        decider: Arc<dyn Decider>,
        settings_version: i64,
        given: Given<'_>,
        currencies: &[Currency],
        stores: Option<BTreeSet<UnitId>>,
    ) -> Result<Rule, Vec<Fault>> {
        let Given { settings, tables } = given;
        let mut by_currency = BTreeMap::new();
        for currency in currencies {
            let values = manifest.read_configuration(settings, tables, *currency)?;
            by_currency.insert(*currency, Arc::new(prepare(&manifest, values)));
        }
        let owned = |names: Vec<&str>| names.into_iter().map(Arc::from).collect();
        Ok(Rule {
            input_names: owned(manifest.input_names().collect()),
            customer_reads: owned(manifest.customer_reads()),
            event_reads: owned(manifest.event_reads()),
            fallback: by_currency.values().next().cloned().unwrap_or_default(),
            manifest,
            hash,
            decider,
            settings_version,
            stores,
            is_silent: false,
            silenced: None,
            by_currency,
        })
    }

    /// The same rule, asked by way of another decider.
    pub fn with_decider(&self, decider: Arc<dyn Decider>) -> Rule {
        Rule { decider, ..self.clone() }
    }

    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    pub fn sees(&self, event: &Event) -> bool {
        match &self.stores {
            None => true,
            Some(stores) => event.unit_id.is_some_and(|unit| stores.contains(&unit)),
        }
    }

    pub fn prepared(&self, currency: Currency) -> &Arc<Prepared> {
        self.by_currency.get(&currency).unwrap_or(&self.fallback)
    }

    /// With settings in one of the organisation's currencies, whichever it is.
    pub fn any_prepared(&self) -> &Prepared {
        &self.fallback
    }

    /// Whether customers must be decided again when `self` takes the place of `before`: a version of
    /// the settings that changes nothing for them does not concern them.
    pub fn differs(&self, before: &Rule) -> bool {
        fn settings(rule: &Rule) -> impl Iterator<Item = (&Currency, &[Value])> {
            rule.by_currency.iter().map(|(currency, own)| (currency, &*own.settings))
        }
        self.hash != before.hash
            || self.is_silent != before.is_silent
            || self.stores != before.stores
            || !settings(self).eq(settings(before))
    }
}

impl Rulebook {
    pub fn new(periods: Vec<Period>) -> Rulebook {
        Rulebook { periods, tail_us: OnceLock::new() }
    }

    /// One configuration for all time.
    pub fn always(rules: Vec<Arc<Rule>>) -> Rulebook {
        let (from, rules) = (Instant::BEGINNING, rules.into());
        Rulebook::new(vec![Period { from, epoch: 1, rules, at_home: BTreeMap::new() }])
    }

    /// As if nobody else had ever been installed.
    pub fn only(&self, plugins: &BTreeSet<String>) -> Rulebook {
        Rulebook::new(self.periods.iter().map(|period| period.only(plugins)).collect())
    }

    /// All rules there have been, of the same plugin several.
    pub fn all_rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.periods.iter().flat_map(Period::all_rules)
    }

    pub fn epoch(&self) -> i64 {
        self.periods.last().map_or(0, |period| period.epoch)
    }

    /// Position of the period in force at an instant. A change takes effect before the events of
    /// its own instant.
    pub fn position_at(&self, at: Instant) -> usize {
        self.periods.partition_point(|period| period.from <= at).saturating_sub(1)
    }

    pub fn rules_now(&self, home: Option<UnitId>) -> &[Arc<Rule>] {
        self.periods.last().map_or(&[], |period| period.rules_at(home))
    }

    /// The first later version of a rule that may decide what it could not: of other code, or with other
    /// settings.
    pub fn successor(
        &self,
        rule: &Rule,
        home: Option<UnitId>,
        currency: Currency,
    ) -> Option<&Arc<Rule>> {
        let all = self.periods.iter().flat_map(|period| period.rules_at(home));
        let own = all.filter(|other| {
            other.id() == rule.id()
                && other.settings_version > rule.settings_version
                && !other.is_silent
        });
        let may = own.filter(|other| {
            rule.is_silent
                || other.hash != rule.hash
                || other.prepared(currency).settings != rule.prepared(currency).settings
        });
        may.min_by_key(|other| other.settings_version)
    }

    /// How far back of its last entry a customer's history must reach, to go on from its state;
    /// none when nothing but the whole will do.
    pub fn tail_us(&self) -> Option<i64> {
        *self.tail_us.get_or_init(|| self.longest_tail_us())
    }

    fn longest_tail_us(&self) -> Option<i64> {
        let mut longest = 0;
        for input in self.inputs() {
            match input.window {
                Some(window) => longest = longest.max(window),
                None if input.is_running() => {}
                None => return None,
            }
        }
        Some(longest)
    }

    fn inputs(&self) -> impl Iterator<Item = &PreparedInput> {
        self.all_rules()
            .flat_map(|rule| rule.by_currency.values())
            .flat_map(|prepared| &prepared.inputs)
    }
}

fn prepare(manifest: &Manifest, settings: Arc<[Value]>) -> Prepared {
    let setting = |name: &str| {
        let position = manifest.setting_names().position(|own| own == name);
        position.map_or(Value::Null, |position| settings[position].clone())
    };
    let inputs = manifest
        .inputs
        .iter()
        .map(|(name, input)| prepare_input(&manifest.id, name, input, &setting))
        .collect();
    Prepared { inputs, settings }
}

fn prepare_input(
    plugin: &str,
    name: &str,
    input: &Input,
    setting: &impl Fn(&str) -> Value,
) -> PreparedInput {
    PreparedInput {
        key: format!("{plugin}/{name}"),
        aggregate: input.aggregate,
        measure: input.measure.clone(),
        events: input.events.clone(),
        window: match &input.window {
            WindowRef::Lifetime => None,
            WindowRef::Fixed(micros) => Some(*micros),
            WindowRef::Setting(name) => setting(name).as_int(),
        },
        filters: input
            .filters
            .iter()
            .map(|(measure, rule)| Filter::new(measure, rule, setting))
            .collect(),
    }
}
