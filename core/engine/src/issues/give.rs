//! One customer's share of a turn, as one write through the usual queue.

use super::{
    count::is_wanted,
    judge::{Known, as_given, judge},
    publication::Publication,
};
use crate::{
    Ctx, Engine, Problem,
    configuration::Configuration,
    record::Loaded,
    view::Reply,
    write::{Done, Intent, Issuing, Plan, Reissued, Scene, read_decision, submit},
};
use regulars_model::{CustomerId, Instant, IssueId};
use regulars_rules::{Decided, Outcome, Work, decided::WorkIdentity};
use regulars_store::{DecisionRow, Find, FullCustomer, IssuedFate, IssuedRow};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// What a turn gives.
pub struct Asked {
    pub id: IssueId,
    pub publication: Publication,
    pub sorts: Vec<String>,
    /// The turn is over then, and another may have begun.
    pub until: Instant,
}

/// What came of one customer's share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub given: u32,
    pub withheld: u32,
    /// There is more, which could not be looked at now.
    pub waits: bool,
}

impl Engine {
    /// At most `most` effects.
    pub(super) async fn issue_to(
        &self,
        ctx: &Ctx,
        asked: Arc<Asked>,
        id: CustomerId,
        most: u32,
    ) -> Result<Share, Problem> {
        let world = self.inner.world.clone();
        let reply = submit(&self.inner.queue, ctx, Find::Id(id), None, move |scene| {
            let nothing = |waits| {
                let share = Share { waits, ..Share::default() };
                Ok(Plan::Answer(Reply::json(200, &share)))
            };
            let Some(customer) = scene.customer.filter(|own| own.merged_into.is_none()) else {
                return nothing(false);
            };
            if !stands(&asked.publication, scene.configuration) {
                return nothing(false);
            }
            // What is due is decided first: it may take back what was left out.
            if is_due(customer, scene) || world.now() >= asked.until {
                return nothing(true);
            }
            let Some(full) = scene.full else { return Ok(Plan::NeedsFull) };
            let dealing = Dealing { asked: &asked, scene, customer, full };
            let (issuing, share) = dealing.deal(most)?;
            if issuing.reissued.is_empty() {
                return nothing(share.waits);
            }
            let respond = move |_: &Done<'_>| Reply::json(200, &share);
            let intent = Intent { issuing: Some(issuing), ..Intent::of(customer.clone(), respond) };
            Ok(Plan::Write(Box::new(intent)))
        });
        serde_json::from_str(&reply.await?.body).map_err(Problem::internal)
    }
}

fn stands(publication: &Publication, configuration: &Configuration) -> bool {
    let own = configuration.find_plugin(&publication.plugin);
    own.is_ok_and(|own| own.settings_version == publication.settings_version)
}

fn is_due(customer: &Loaded, scene: &Scene<'_>) -> bool {
    customer.epoch < scene.configuration.rulebook.epoch()
        || customer.state.due_at() <= scene.ctx.now
}

struct Dealing<'a> {
    asked: &'a Asked,
    scene: &'a Scene<'a>,
    customer: &'a Loaded,
    full: &'a FullCustomer,
}

impl Dealing<'_> {
    fn deal(&self, most: u32) -> Result<(Issuing, Share), Problem> {
        let (mut issuing, mut share) = (Issuing::default(), Share::default());
        let mut dealt = BTreeSet::new();
        for row in self.full.decisions.iter().filter(|row| row.left_out.is_some()) {
            let decided = read_decision(row)?;
            if self.asked.publication.covers(&decided) {
                self.deal_of(row, decided, most, &mut dealt, &mut issuing, &mut share);
            }
        }
        Ok((issuing, share))
    }

    fn deal_of(
        &self,
        row: &DecisionRow,
        mut decided: Decided,
        most: u32,
        dealt: &mut BTreeSet<(String, WorkIdentity)>,
        issuing: &mut Issuing,
        share: &mut Share,
    ) {
        let mut given = Decided { effects: Vec::new(), ..decided.clone() };
        let mut is_changed = false;
        let plugin = decided.plugin.clone();
        let mut effects = std::mem::take(&mut decided.effects);
        for outcome in effects.iter_mut().filter(|outcome| outcome.is_left_out()) {
            let Some(identity) = outcome.work_identity() else { continue };
            if !is_wanted(&self.asked.sorts, identity.0) {
                continue;
            }
            let is_first = !dealt.contains(&(plugin.clone(), identity.clone()));
            let Some(fate) = self.fate(&decided, outcome, &identity, is_first) else { continue };
            if fate == IssuedFate::Given && share.given == most {
                share.waits = true;
                continue;
            }
            is_changed = true;
            outcome.outcome = outcome_of(fate);
            match fate {
                IssuedFate::Given => share.given += 1,
                _ => share.withheld += 1,
            }
            // What consent kept back is shown in the outbox as such.
            if [IssuedFate::Given, IssuedFate::NoConsent].contains(&fate) {
                let effect = as_given(&outcome.effect, self.scene.ctx.now);
                given.effects.push(Outcome { effect, ..outcome.clone() });
            }
            if is_first {
                issuing.issued.push(self.row(&plugin, &identity, fate));
                dealt.insert((plugin.clone(), identity));
            }
        }
        decided.effects = effects;
        if is_changed {
            issuing.reissued.push(Reissued { voided: (row.at, row.id), decided, given });
        }
    }

    /// None where nobody can say what it is: its plugin's files are gone.
    fn fate(
        &self,
        decided: &Decided,
        outcome: &Outcome,
        identity: &WorkIdentity,
        is_first: bool,
    ) -> Option<IssuedFate> {
        let known = Known { tasks: &self.full.tasks, messages: &self.full.messages };
        if !is_first || known.has(&decided.plugin, identity) {
            return Some(IssuedFate::Exists);
        }
        let manifest = self.scene.configuration.manifest_then(decided)?;
        let (state, now) = (&self.customer.state, self.scene.ctx.now);
        Some(judge(&outcome.effect, decided.key.at, manifest, state, now))
    }

    fn row(&self, plugin: &str, identity: &WorkIdentity, fate: IssuedFate) -> IssuedRow {
        let (sort, kind, key) = identity;
        IssuedRow {
            customer_id: self.customer.id,
            issue_id: self.asked.id,
            plugin_id: plugin.to_owned(),
            sort: (*sort).to_owned(),
            kind: kind.to_string(),
            key: key.to_string(),
            fate,
            at: self.scene.ctx.now,
        }
    }
}

/// What the decision says of it from then on, and a replay goes by.
fn outcome_of(fate: IssuedFate) -> Work {
    match fate {
        IssuedFate::Given | IssuedFate::Exists => Work::Applied,
        IssuedFate::NoConsent => Work::NoConsent,
        IssuedFate::Expired | IssuedFate::TooLate => Work::TooLate,
    }
}
