//! A version that fails again and again is set aside, the last good one put back in its place, and
//! either undone only by somebody.

use crate::{
    Actor, Ctx, Engine, Inner, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce, PluginVersion, Quarantine},
    health::Failing,
    library::Runnable,
    packages::{ATTEMPTS_MAX, Next, itself, number, outrun},
    problem::Code,
    sentences,
    settings::check_settings,
    view::{FaultView, QuarantineView, VersionInForce},
};
use regulars_model::{
    CustomerId, Instant,
    text::{Bilingual, Language},
};
use regulars_rules::play::Fared;
use std::{collections::BTreeSet, sync::Arc};

const ACTOR: &str = "system";

impl Inner {
    /// Takes note of what a committed play came to. Only the versions in force count; what follows goes
    /// on beside the writes.
    pub fn note(
        self: &Arc<Inner>,
        configuration: &Configuration,
        customer: CustomerId,
        now: Instant,
        fared: &[Fared],
    ) {
        for one in fared {
            let Some(plugin) = configuration.plugins.get(one.rule.id()) else { continue };
            if plugin.settings_version != one.rule.settings_version {
                continue;
            }
            let tried = plugin.tried.as_ref().filter(|tried| tried.hash == one.rule.hash);
            let watched = tried.map_or(&plugin.watched, |tried| &tried.watched).clone();
            let Some(failing) = watched.count(one, customer, now) else { continue };
            let (engine, plugin) = (Engine { inner: self.clone() }, plugin.clone());
            tokio::spawn(async move {
                if let Err(problem) = engine.quarantine(&plugin, failing).await {
                    watched.tell_again();
                    let id = &plugin.manifest.id;
                    tracing::error!(plugin = id, %problem, "it fails, and could not be set aside");
                }
            });
        }
    }
}

impl Engine {
    /// One process of several succeeds: all others find another version in force.
    async fn quarantine(&self, failed: &PluginInForce, failing: Failing) -> Result<(), Problem> {
        let id = &failed.manifest.id;
        let ctx = self.context(Actor::engine(), Language::English, None);
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            let standing = configuration.plugins.get(id);
            let Some(plugin) =
                standing.filter(|own| own.settings_version == failing.settings_version)
            else {
                return Ok(());
            };
            // What is tried was not in force before: it goes first, and what stands beside it stays.
            if plugin.version.trial.is_some() {
                match self.abort_failing_trial(&ctx, &configuration, plugin, &failing).await? {
                    true => return Ok(()),
                    false => continue,
                }
            }
            let quarantine = Some(Quarantine {
                version: plugin.manifest.version.clone(),
                hash: plugin.version.hash.clone(),
                actor: ACTOR.to_owned(),
                at: ctx.now,
                since: failing.since,
                faults: failing.faults,
                fault: failing.fault.clone(),
            });
            let (runnable, version) = match self.last_good(&configuration, plugin) {
                Some((runnable, good)) => {
                    let standing = plugin.version.clone();
                    let PluginVersion { hash, values, overrides, tables, .. } = good;
                    let version =
                        PluginVersion { hash, values, overrides, tables, quarantine, ..standing };
                    (runnable, version)
                }
                None => {
                    let version = PluginVersion { quarantine, ..plugin.version.clone() };
                    (plugin.runnable(), version)
                }
            };
            let next = Next::new(runnable.clone(), version.clone());
            let put = self.put_in_force(&ctx, &configuration, Some(plugin), next, itself);
            if put.await?.is_some() {
                let said = sentence(&version, &runnable.manifest.version).map(|said| said.en);
                tracing::error!(plugin = id, "{}", said.unwrap_or_default());
                return Ok(());
            }
        }
        Err(outrun())
    }

    /// The version in force before, with its settings of then: an older one, since what was rolled back
    /// had its reasons, and none that was set aside itself.
    fn last_good(
        &self,
        configuration: &Configuration,
        plugin: &PluginInForce,
    ) -> Option<(Runnable, PluginVersion)> {
        let (id, failed) = (&plugin.manifest.id, &plugin.manifest.version);
        let quarantined = |version: &PluginVersion| Some(version.quarantine.as_ref()?.hash.clone());
        let versions = || configuration.versions_of(id).map(|own| &own.version);
        let bad: BTreeSet<_> = versions().filter_map(quarantined).collect();
        let before = versions().take_while(|version| !version.uninstalled);
        before
            .filter(|version| version.hash != plugin.version.hash && !bad.contains(&version.hash))
            .find_map(|version| {
                let runnable = self.inner.library.find(id, &version.hash)?;
                let manifest = &runnable.manifest;
                let decider = &*runnable.watched;
                let library = &self.inner.library;
                let fits =
                    check_settings(manifest, decider, version, library, configuration).is_ok();
                let is_older = number(&manifest.version) < number(failed);
                (fits && is_older).then(|| (runnable.clone(), version.clone()))
            })
    }

    /// Lets a quarantined version decide again, held decisions first.
    pub async fn release_plugin(&self, ctx: &Ctx, id: &str) -> Result<VersionInForce, Problem> {
        authorise(ctx, Action::ReleasePlugin)?;
        self.once(ctx, self.release(ctx, id)).await
    }

    async fn release(&self, ctx: &Ctx, id: &str) -> Result<VersionInForce, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            let plugin = configuration.find_plugin(id)?;
            check_quarantined(plugin)?;
            let version = PluginVersion { quarantine: None, ..plugin.version.clone() };
            let next = Next::new(plugin.runnable(), version);
            let put = self.put_in_force(ctx, &configuration, Some(plugin), next, itself);
            if let Some(done) = put.await? {
                return Ok(done);
            }
        }
        Err(outrun())
    }
}

fn check_quarantined(plugin: &PluginInForce) -> Result<(), Problem> {
    let (id, version) = (&plugin.manifest.id, &plugin.manifest.version);
    let detail = match &plugin.version.quarantine {
        Some(_) if plugin.version.is_quarantined() => return Ok(()),
        Some(other) => sentences::set_aside_before(id, version, &other.version),
        None => sentences::not_quarantined(id, version),
    };
    Err(Problem::new(Code::Conflict, detail))
}

/// Held decisions of a version that is not called can not be run again.
pub(crate) fn check_runs(plugin: &PluginInForce) -> Result<(), Problem> {
    if !plugin.version.is_quarantined() {
        return Ok(());
    }
    let (id, version) = (&plugin.manifest.id, &plugin.manifest.version);
    let detail = sentences::is_quarantined(id, version);
    Err(Problem::new(Code::Conflict, detail))
}

pub(crate) fn quarantine_view(
    plugin: &PluginInForce,
    language: Language,
) -> Option<QuarantineView> {
    let quarantine = plugin.version.quarantine.as_ref()?;
    let said = sentence(&plugin.version, &plugin.manifest.version)?;
    Some(QuarantineView {
        version: quarantine.version.clone(),
        actor: quarantine.actor.clone(),
        at: quarantine.at,
        since: quarantine.since,
        faults: quarantine.faults,
        fault: FaultView {
            code: quarantine.fault.code.to_string(),
            message: quarantine.fault.message.get(language).to_owned(),
        },
        put_back: !plugin.version.is_quarantined(),
        sentence: said.get(language).to_owned(),
    })
}

/// What was done, and why; `in_force` is the version's number.
fn sentence(version: &PluginVersion, in_force: &str) -> Option<Bilingual> {
    let Quarantine { version: failed, faults, fault, at, .. } = version.quarantine.as_ref()?;
    let code = fault.code;
    Some(match version.is_quarantined() {
        true => Bilingual {
            en: format!(
                "{failed} is quarantined since {at}: {faults} faults in a row, the last {code}.                  There is no earlier version to put back, so its decisions are held."
            ),
            zh_cn: format!(
                "{failed} 自 {at} 起被隔离：连续 {faults} 次故障，最后一次为 {code}。没有可恢复的旧版本，                 其结论暂时搁置。"
            ),
        },
        false => Bilingual {
            en: format!(
                "{failed} was set aside at {at}: {faults} faults in a row, the last {code}.                  {in_force} was put back."
            ),
            zh_cn: format!(
                "{failed} 于 {at} 被停用：连续 {faults} 次故障，最后一次为 {code}。已恢复 {in_force}。"
            ),
        },
    })
}
