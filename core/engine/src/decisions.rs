//! What plugins decided about a customer.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::Configuration,
    cursor,
    record::Loaded,
    view::{DecisionView, EffectView, Page},
    write::read_decision,
};
use regulars_model::{
    Cause, CustomerId, DecisionId, Effect, Instant, Manifest, PluginFault, Shape, Value,
    decide::Filled, text::Language,
};
use regulars_rules::{Decided, Outcome, sentence::sentence};
use regulars_store::DecisionRow;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

impl Engine {
    pub async fn list_decisions(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<DecisionView>, Problem> {
        authorise(ctx, Action::ListDecisions)?;
        let before: Option<(Instant, DecisionId)> = cursor::read("decisions", cursor)?;
        let limit = cursor::limit(limit);
        let customer = self.load_seen(ctx, id).await?;
        let rows = self.inner.store.list_decisions(id, before, true, limit + 1).await?;
        let (rows, next) =
            cursor::page(rows, limit, |row| cursor::write("decisions", &(row.at, row.id)));
        let configuration = self.configuration();
        let veil = self.veil(ctx, &configuration, &[id]).await?;
        let view = |row| {
            decision_view(row, &customer, &configuration, ctx.language)
                .map(|view| veil.decision(view))
        };
        let items = rows.iter().map(view).collect::<Result<_, Problem>>()?;
        Ok(Page { items, next })
    }
}

fn decision_view(
    row: &DecisionRow,
    customer: &Loaded,
    configuration: &Configuration,
    language: Language,
) -> Result<DecisionView, Problem> {
    let decided = read_decision(row)?;
    Ok(DecisionView {
        id: row.id,
        plugin: row.plugin_id.clone(),
        plugin_version: row.plugin_version.clone(),
        settings_version: row.settings_version,
        tables: configuration.tables_then(
            &row.plugin_id,
            row.settings_version,
            customer.home_unit_id,
        ),
        at: row.at,
        recorded_at: row.recorded_at,
        cause: cause_name(&decided.cause).to_owned(),
        event_id: row.event_id,
        outcome: row.outcome.name().to_owned(),
        effects: effect_views(&decided, customer, configuration, language),
        voided_at: row.voided_at,
        fault: decided.fault.as_ref().map(|fault| fault_json(fault, language)),
    })
}

/// As it is on record, its message in the reader's language.
fn fault_json(fault: &PluginFault, language: Language) -> Json {
    json!({"code": fault.code, "message": fault.message.get(language)})
}

pub(crate) fn cause_name(cause: &Cause) -> &'static str {
    match cause {
        Cause::Event(_) => "event",
        Cause::Wake(_) => "wake",
        Cause::Expiry => "expiry",
        Cause::Settings => "settings",
    }
}

pub(crate) fn effect_views(
    decided: &Decided,
    customer: &Loaded,
    configuration: &Configuration,
    language: Language,
) -> Vec<EffectView> {
    let manifest = configuration.manifest_then(decided);
    let home = configuration.units.or_organisation(customer.home_unit_id).currency;
    let view = |outcome: &Outcome| {
        let reason = manifest.map(|manifest| sentence(manifest, &outcome.reason, home));
        let (effect, detail) = detail_of(&outcome.effect, manifest, home);
        EffectView {
            plugin: decided.plugin.clone(),
            effect,
            detail,
            reason: reason.map(|reason| reason.get(language).to_owned()).unwrap_or_default(),
            outcome: outcome.outcome.name().to_owned(),
        }
    };
    decided.effects.iter().map(view).collect()
}

/// The kind of an effect, and its members as people write them.
fn detail_of(
    effect: &Effect,
    manifest: Option<&Manifest>,
    home: regulars_model::Currency,
) -> (String, Json) {
    let mut json = serde_json::to_value(effect).unwrap_or_default();
    let name = match json.as_object_mut().and_then(|object| object.remove("effect")) {
        Some(Json::String(name)) => name,
        _ => String::new(),
    };
    let sentences = |reason| manifest.map(|manifest| sentence(manifest, reason, home));
    match effect {
        Effect::SetField { field, value } => {
            if let Some(declared) = manifest.and_then(|manifest| manifest.fields.get(&**field)) {
                json["value"] = declared.shape.write(value, home);
            }
        }
        Effect::Task(task) => {
            json["title"] = serde_json::to_value(sentences(&task.title)).unwrap_or_default();
        }
        Effect::Message(filled) => {
            let declared = manifest.and_then(|own| own.messages.get(&*filled.template));
            write_variables(&mut json, declared.map(|own| &own.variables), filled, home);
        }
        Effect::Voucher(filled) => {
            let declared = manifest.and_then(|own| own.vouchers.get(&*filled.template));
            write_variables(&mut json, declared.map(|own| &own.variables), filled, home);
        }
        Effect::Custom(filled) => {
            let declared = manifest.and_then(|own| own.custom.get(&*filled.template));
            write_variables(&mut json, declared.map(|own| &own.variables), filled, home);
        }
        Effect::AppendEvent(event) => {
            let declared = manifest.and_then(|own| own.events.get(&*event.kind));
            if let Some(declared) = declared {
                json["data"] = named(&declared.data, &event.data, home);
            }
        }
        _ => {}
    }
    (name, json)
}

fn write_variables(
    json: &mut Json,
    declared: Option<&BTreeMap<String, Shape>>,
    filled: &Filled,
    home: regulars_model::Currency,
) {
    if let Some(declared) = declared {
        json["variables"] = named(declared, &filled.variables, home);
    }
}

fn named(
    declared: &BTreeMap<String, Shape>,
    values: &[Value],
    home: regulars_model::Currency,
) -> Json {
    let pairs = declared.iter().zip(values);
    let named = pairs.map(|((name, shape), value)| (name.clone(), shape.write(value, home)));
    named.collect::<serde_json::Map<_, _>>().into()
}
