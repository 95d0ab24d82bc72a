//! A field of a customer, as of an instant: what every part of the answer is made of.

use super::{as_of::AsOf, sentences::Written};
use crate::configuration::PluginInForce;
use jiff::tz::TimeZone;
use regulars_model::{Currency, Manifest, Shape, Value, manifest::Field, text::Bilingual};
use regulars_rules::{Decided, Outcome, Rule, State, sentence::sentence};
use serde_json::Value as Json;
use std::sync::Arc;

pub(super) struct Scene<'a> {
    pub plugin: &'a PluginInForce,
    pub name: &'a str,
    pub as_of: &'a AsOf,
}

impl Scene<'_> {
    pub fn manifest(&self) -> &Manifest {
        &self.plugin.manifest
    }

    /// The manifest its plugin had when it decided.
    pub fn manifest_then(&self, decided: &Decided) -> &Manifest {
        let configuration = &self.as_of.configuration;
        let then = configuration.manifest_then(decided);
        then.unwrap_or(self.manifest())
    }

    /// Why a decision did what it did.
    pub fn reason(&self, decided: &Decided, outcome: &Outcome) -> Bilingual {
        sentence(self.manifest_then(decided), &outcome.reason, self.home())
    }

    /// What is in force at the instant asked about.
    pub fn rule(&self) -> Option<&Arc<Rule>> {
        let AsOf { at, then, person, .. } = self.as_of;
        then.rule_at(&self.plugin.manifest.id, *at, person.home.unit_id)
    }

    pub fn field(&self) -> &Field {
        &self.manifest().fields[self.name]
    }

    pub fn field_of(&self, state: &State) -> Value {
        state.field(&self.manifest().id, self.name).clone()
    }

    pub fn home(&self) -> Currency {
        self.as_of.person.home.currency
    }

    pub fn zone(&self) -> &TimeZone {
        &self.as_of.person.home.zone
    }

    /// A value of the field, for programs.
    pub fn write(&self, value: &Value) -> Json {
        self.field().shape.write(value, self.home())
    }

    /// A value of the field, for people.
    pub fn written<'v>(&'v self, value: &'v Value) -> Written<'v> {
        self.in_shape(&self.field().shape, value)
    }

    pub fn in_shape<'v>(&self, shape: &'v Shape, value: &'v Value) -> Written<'v> {
        Written { shape, value, currency: self.home() }
    }
}
