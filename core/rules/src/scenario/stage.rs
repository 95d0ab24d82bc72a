//! Where a scenario is played: one customer, one plugin, and a log that grows step by step, on the
//! same play as in the server.

mod cast;

use super::{
    check::no_currency,
    file::{Scenario, Step, WhatIf},
    sentences,
};
use crate::{
    Decided, Given, Log, Period, Rule, Rulebook, State,
    play::{Home, Mode, Person, Start, drive, onward, revise},
};
use cast::{consents, initial_state, tables, uuid_of};
use jiff::tz::TimeZone;
use regulars_model::{
    Currency, CustomerId, Decider, Event, Fault, Instant, Manifest, table::Tables, text::Bilingual,
    time::find_zone,
};
use serde_json::{Map, Value as Json};
use std::{collections::BTreeMap, sync::Arc};

/// What a step came to.
pub(super) struct Seen {
    pub plugin: String,
    pub state: State,
    pub decided: Vec<Decided>,
    /// Why its settings were refused.
    pub complaints: Vec<Fault>,
}

/// Instants as the store's clocks show them.
pub(super) struct Times(TimeZone);

impl Times {
    pub(super) fn new(zone: TimeZone) -> Times {
        Times(zone)
    }

    pub(super) fn write(&self, at: Instant) -> String {
        at.timestamp().to_zoned(self.0.clone()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
    }
}

pub(super) fn read_currency(code: &str) -> Result<Currency, Bilingual> {
    code.parse().map_err(|_| sentences::unknown_currency(no_currency(code)).text)
}

pub(super) struct Stage {
    manifest: Arc<Manifest>,
    decider: Arc<dyn Decider>,
    settings: Map<String, Json>,
    tables: Tables,
    rulebook: Arc<Rulebook>,
    plugin: String,
    person: Person,
    pub(super) currency: Currency,
    zone: Times,
    cutoff_hour: u8,
    state: State,
    /// That the state was decided under.
    epoch: i64,
    clock: Option<Instant>,
    events: Vec<Event>,
    decisions: Vec<Decided>,
    initial: State,
}

impl Stage {
    pub(super) fn new(
        scenario: &Scenario,
        what_if: Option<&WhatIf>,
        manifest: &Arc<Manifest>,
        decider: &Arc<dyn Decider>,
    ) -> Result<Stage, Bilingual> {
        let currency = read_currency(&scenario.currency)?;
        let zone = find_zone(&scenario.time_zone)
            .ok_or_else(|| sentences::unknown_zone(&scenario.time_zone).text)?;
        let mut settings = scenario.settings.clone();
        settings.extend(what_if.map(|what_if| what_if.settings.clone()).unwrap_or_default());
        let initial = initial_state(scenario)?;
        let mut stage = Stage {
            manifest: manifest.clone(),
            decider: decider.clone(),
            settings: Map::new(),
            tables: tables(scenario, manifest)?,
            rulebook: Arc::default(),
            plugin: manifest.id.clone(),
            person: Person {
                id: CustomerId(uuid_of(0)),
                home: Home {
                    unit_id: None,
                    currency,
                    zone: zone.clone(),
                    cutoff_hour: scenario.cutoff_hour,
                },
                homes_before: Vec::new(),
                assigned: scenario.customer.assigned,
                lifecycle: scenario.customer.lifecycle,
            },
            currency,
            zone: Times::new(zone),
            cutoff_hour: scenario.cutoff_hour,
            state: initial.clone(),
            epoch: 1,
            clock: None,
            events: consents(scenario),
            decisions: Vec::new(),
            initial,
        };
        let refused = stage.change_settings(Instant::BEGINNING, settings)?;
        match refused.as_slice() {
            [] => Ok(stage),
            some => {
                let faults = Bilingual::join(some.iter().map(Fault::said), "; ", "；");
                Err(sentences::wrong_settings(faults).text)
            }
        }
    }

    pub(super) fn times(&self) -> &Times {
        &self.zone
    }

    /// As when head office saves them: in force from now on, unless the manifest or the rule itself
    /// refuses them.
    fn change_settings(
        &mut self,
        from: Instant,
        settings: Map<String, Json>,
    ) -> Result<Vec<Fault>, Bilingual> {
        let values = match self.manifest.read_configuration(&settings, &self.tables, self.currency)
        {
            Ok(values) => values,
            Err(faults) => return Ok(faults),
        };
        let checked = self.decider.check_settings(&values);
        let complaints = checked.map_err(|fault| sentences::check_failed(fault.said()).text)?;
        if !complaints.is_empty() {
            return Ok(complaints);
        }
        let mut periods = self.rulebook.periods.clone();
        let epoch = self.rulebook.epoch() + 1;
        let given = Given { settings: &settings, tables: &self.tables };
        let rule = Rule::with(
            self.manifest.clone(),
            [0; 32],
            self.decider.clone(),
            epoch,
            given,
            &[self.currency],
            None,
        );
        let rules = match rule {
            Ok(rule) => [Arc::new(rule)].into(),
            Err(faults) => return Ok(faults),
        };
        periods.push(Period { from, epoch, rules, at_home: BTreeMap::new() });
        self.rulebook = Arc::new(Rulebook::new(periods));
        self.settings = settings;
        Ok(Vec::new())
    }

    pub(super) fn step(&mut self, index: usize, step: &Step) -> Result<Seen, Bilingual> {
        if self.clock.is_some_and(|clock| step.at < clock) {
            return Err(sentences::goes_back().text);
        }
        self.clock = Some(step.at);
        let mut complaints = Vec::new();
        if !step.set.is_empty() {
            let mut settings = self.settings.clone();
            settings.extend(step.set.clone());
            complaints = self.change_settings(step.at, settings)?;
        }
        let new: Vec<Event> = step
            .event
            .iter()
            .map(|event| self.event(index, step.at, event))
            .collect::<Result<_, _>>()?;
        self.events.extend(new.iter().cloned());
        let start = Start {
            tag: 0,
            person: self.person.clone(),
            state: self.state.clone(),
            log: Log::new(std::mem::take(&mut self.events), true),
            epoch: self.epoch,
            until: step.at,
            mode: Mode::Live,
        };
        let (player, from) = onward(self.rulebook.clone(), start, &new, &self.decisions);
        let mut played = None;
        drive(std::iter::once(player), 1, |player| played = Some(player.finish()));
        let played = played.ok_or_else(|| sentences::did_not_end().text)?;
        (self.state, self.epoch) = (played.state, played.epoch);
        // Nothing is taken back for good here: whatever no longer follows is played again.
        self.events = played.log.into_events();
        // Fields of other plugins have no decisions here, so a replay would lose them.
        for (plugin, fields) in &self.initial.fields {
            self.state.fields.entry(plugin.clone()).or_insert_with(|| fields.clone());
        }
        let mut revision = revise(&self.decisions, from.as_ref(), played.decided);
        revision.voided.sort_unstable();
        for position in revision.voided.into_iter().rev() {
            self.decisions.remove(position);
        }
        let added = revision.added.clone();
        self.decisions.extend(revision.added);
        if let Some(fault) = added.iter().find_map(|decided| decided.fault.as_ref()) {
            return Err(sentences::plugin_failed(fault.said()).text);
        }
        let (plugin, state) = (self.plugin.clone(), self.state.clone());
        Ok(Seen { plugin, state, decided: added, complaints })
    }
}
