//! The steps, each with its event and what is expected of it.

use super::{
    super::file::{EventStep, Expect, ExpectFilled, Scenario},
    Check, sentences,
};
use regulars_model::{Currency, Money, manifest::meant_kind, said::nearest, said::unknown};

impl Check<'_> {
    pub(super) fn steps(&mut self, scenario: &Scenario, currency: Currency) {
        for (index, step) in scenario.steps.iter().enumerate() {
            let at = index.to_string();
            if index > 0 && scenario.steps[index - 1].at > step.at {
                self.error(&["step", &at, "at"], sentences::goes_back());
            }
            self.changed_settings(&["step", &at], step, currency);
            if let Some(event) = &step.event {
                self.event(&["step", &at, "event"], event, scenario, currency);
            }
            self.expect(&["step", &at, "expect"], &step.expect, currency);
            self.complaints(&["step", &at, "expect"], &step.expect, step);
        }
    }

    fn event(&mut self, keys: &[&str], event: &EventStep, scenario: &Scenario, home: Currency) {
        let on = &self.manifest.on.events;
        if !on.contains(&event.kind) {
            let near = nearest(&event.kind, on.iter().map(String::as_str));
            let near = near.or_else(|| meant_kind(&event.kind)).map(str::to_owned);
            // Other plugins' events may play a part, unless they are nearly one of its own.
            let built_in = regulars_model::event::kind::BUILT_IN.contains(&event.kind.as_str());
            if let Some(near) = near.filter(|_| !built_in) {
                let said = sentences::kind_meant(&event.kind, near);
                self.warning(&[keys, &["kind"]].concat(), said);
            }
        }
        let ids = || scenario.steps.iter().filter_map(|step| step.event.as_ref()?.id.as_deref());
        if let Some(id) = &event.refers_to
            && !ids().any(|known| known == id)
            && nearest(id, ids()).is_some()
        {
            let said = unknown(sentences::EVENT, id, ids());
            self.warning(&[keys, &["refers_to"]].concat(), said);
        }
        if event.store.as_deref() == Some("") {
            self.error(&[keys, &["store"]].concat(), sentences::empty());
        }
        let currency = match event.currency.as_deref().map(str::parse) {
            None => home,
            Some(Ok(currency)) => currency,
            Some(Err(_)) => {
                let code = event.currency.as_deref().unwrap_or_default();
                let keys = [keys, &["currency"]].concat();
                return self.error(&keys, sentences::no_currency(code));
            }
        };
        self.amount(&[keys, &["amount"]].concat(), event.amount.as_deref(), currency);
        for (index, line) in event.lines.iter().enumerate() {
            let at = index.to_string();
            let keys = [keys, &["lines", &at, "amount"]].concat();
            self.amount(&keys, line.amount.as_deref(), currency);
        }
    }

    fn amount(&mut self, keys: &[&str], text: Option<&str>, currency: Currency) {
        if let Some(Err(error)) = text.map(|text| Money::parse(text, currency)) {
            self.error(keys, sentences::no_amount(error.to_string()));
        }
    }

    pub(super) fn expect(&mut self, keys: &[&str], expect: &Expect, currency: Currency) {
        let manifest = self.manifest;
        let under = |more: &[&'static str]| [keys, more].concat();
        let fields = || manifest.fields.keys().map(String::as_str);
        for (name, json) in &expect.fields {
            let keys = [&under(&["fields"])[..], &[name]].concat();
            self.known(&keys, sentences::FIELD, name, fields());
            let shape = manifest.fields.get(name).map(|field| &field.shape);
            for fault in shape.and_then(|shape| shape.read(json, currency).err()).iter().flatten() {
                self.error(&keys, sentences::unfit(fault.to_string()));
            }
        }
        for name in &expect.no_fields {
            let keys = [&under(&["no-fields"])[..], &[name]].concat();
            self.known(&keys, sentences::FIELD, name, fields());
        }
        for (name, reason) in &expect.reasons {
            let keys = [&under(&["reasons"])[..], &[name]].concat();
            self.known(&keys, sentences::FIELD, name, fields());
            let texts = manifest.texts.keys().map(String::as_str);
            if let Some(text) = &reason.text {
                self.known(&[&keys[..], &["text"]].concat(), sentences::TEXT, text, texts);
            }
        }
        for tag in expect.tags.iter().flatten() {
            let keys = [&under(&["tags"])[..], &[tag]].concat();
            let tags = manifest.grants.tags.iter().map(String::as_str);
            self.known(&keys, sentences::TAG, tag, tags);
        }
        self.work(keys, expect);
    }

    fn work(&mut self, keys: &[&str], expect: &Expect) {
        let manifest = self.manifest;
        for (index, task) in expect.tasks.iter().flatten().enumerate() {
            let at = index.to_string();
            let keys = [keys, &["tasks", &at, "kind"]].concat();
            let tasks = manifest.grants.tasks.iter().map(String::as_str);
            self.known(&keys, sentences::TASK, &task.kind, tasks);
        }
        for (index, points) in expect.points.iter().flatten().enumerate() {
            let at = index.to_string();
            let keys = [keys, &["points", &at, "account"]].concat();
            let accounts = manifest.grants.points.iter().map(String::as_str);
            self.known(&keys, sentences::ACCOUNT, &points.account, accounts);
        }
        type Wanted<'e> = &'e Option<Vec<ExpectFilled>>;
        let sorts: [(_, _, Wanted<'_>, Vec<&str>); 3] = [
            (
                "messages",
                sentences::MESSAGE,
                &expect.messages,
                manifest.messages.keys().map(String::as_str).collect(),
            ),
            (
                "vouchers",
                sentences::VOUCHER,
                &expect.vouchers,
                manifest.vouchers.keys().map(String::as_str).collect(),
            ),
            (
                "custom",
                sentences::CUSTOM,
                &expect.custom,
                manifest.custom.keys().map(String::as_str).collect(),
            ),
        ];
        for (sort, what, wanted, known) in sorts {
            for (index, filled) in wanted.iter().flatten().enumerate() {
                let at = index.to_string();
                let keys = [keys, &[sort, &at, "template"]].concat();
                self.known(&keys, what, &filled.template, known.iter().copied());
            }
        }
    }
}
