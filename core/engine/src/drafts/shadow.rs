//! What the other rule makes of a trial while it lasts. It is counted from time to time by the plays of a
//! what-if, over the customers the trial is about, so a sale costs what it always does.

use crate::{
    Actor, Engine, Problem,
    record::to_json,
    view::{ShadowField, ShadowStep, ShadowTag, ShadowView, ShadowWork, WhatIf},
};
use regulars_model::{
    DraftId, Instant,
    limits::{SHADOW_EVERY_US, SHADOW_LOST_US, SHADOW_SHARE},
    text::Language,
};
use std::time::Duration;

/// How often it is looked whether one is due; only while there is a trial.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl Engine {
    /// Counts what is due, over and over, until the process ends.
    pub(crate) async fn run_shadows(&self) {
        loop {
            if let Err(problem) = self.count_shadows().await {
                tracing::error!(%problem, "what a trial differs in could not be counted");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Those of the trials in force whose turn it is; how many there were.
    pub async fn count_shadows(&self) -> Result<usize, Problem> {
        let configuration = self.configuration();
        let trials = configuration.plugins.values().filter_map(|own| own.version.trial.as_ref());
        let drafts: Vec<DraftId> = trials.map(|trial| trial.draft).collect();
        let mut counted = 0;
        for draft in drafts {
            let began = self.inner.world.now();
            let until = began.plus(SHADOW_LOST_US);
            if self.inner.store.take_shadow_turn(draft, began, until).await? {
                self.count_shadow(draft, began, until).await?;
                counted += 1;
            }
        }
        Ok(counted)
    }

    /// So that it takes a small share of one core, however many customers there are.
    async fn count_shadow(
        &self,
        draft: DraftId,
        began: Instant,
        until: Instant,
    ) -> Result<(), Problem> {
        let ctx = self.context(Actor::engine(), Language::English, None);
        let compared = self.compare_without(&ctx, draft).await;
        let now = self.inner.world.now();
        let next = now.plus(SHADOW_EVERY_US.max((now.0 - began.0).saturating_mul(SHADOW_SHARE)));
        let counted = compared.as_ref().ok().map(|answer| to_json(&shadow_view(answer)));
        self.inner.store.end_shadow_turn(draft, until, next, counted.as_deref()).await?;
        compared.map(drop)
    }

    pub(super) async fn find_shadow(&self, draft: DraftId) -> Result<Option<ShadowView>, Problem> {
        let row = self.inner.store.find_shadow(draft).await?;
        let read = |json: String| serde_json::from_str(&json).map_err(Problem::internal);
        row.and_then(|row| row.counted).map(read).transpose()
    }
}

/// The answer to what would be without the draft: before is what is in force there.
fn shadow_view(answer: &WhatIf) -> ShadowView {
    let fields = answer.fields.iter().map(|(name, own)| {
        let steps = own.transitions.iter().map(|step| ShadowStep {
            with: step.from.clone(),
            without: step.to.clone(),
            customers: step.customers,
        });
        (name.clone(), ShadowField { differ: own.changed, transitions: steps.collect() })
    });
    let tags = answer
        .tags
        .iter()
        .map(|(tag, own)| (tag.clone(), ShadowTag { with: own.lost, without: own.gained }));
    let work = answer.work.iter().map(|own| ShadowWork {
        plugin: own.plugin.clone(),
        sort: own.sort.clone(),
        kind: own.kind.clone(),
        with: own.before,
        without: own.after,
    });
    ShadowView {
        as_of: answer.at,
        since: answer.from.unwrap_or(answer.at),
        customers: answer.customers,
        differ: answer.changed,
        fields: fields.collect(),
        tags: tags.collect(),
        work: work.collect(),
        held: answer.held,
    }
}
